// Carries the precompiled headers of HANDFAST_PCH_COMMON.
