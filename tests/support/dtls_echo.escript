#!/usr/bin/env escript
%%! +P 100000
%% A DTLS 1.2 echo on Erlang/OTP's ssl, the engine of brokers written in Erlang.
%% Usage: dtls_echo.escript PORT CHAIN.pem KEY.pem CA.pem ACCEPTORS; prints "ready" when it listens.
%% With "none" for CA.pem no client certificate is asked for.

main([Port, Chain, Key, CA, Acceptors]) ->
    {ok, _} = application:ensure_all_started(ssl),
    {ok, Listener} =
        ssl:listen(list_to_integer(Port),
                   [{ip, {127, 0, 0, 1}}, {protocol, dtls}, {versions, ['dtlsv1.2']},
                    {certfile, Chain}, {keyfile, Key}, {active, false}, {mode, binary},
                    {recbuf, 4194304}, {log_level, none} | clients(CA)]),
    [spawn(fun() -> accept(Listener) end) || _ <- lists:seq(1, list_to_integer(Acceptors))],
    io:format("ready~n"),
    receive stop -> ok end.

clients("none") -> [];
clients(CA) -> [{cacertfile, CA}, {verify, verify_peer}, {fail_if_no_peer_cert, true}].

%% A ClientHello that finds no acceptor waiting is dropped, so there is always a successor.
accept(Listener) ->
    {ok, Transport} = ssl:transport_accept(Listener),
    spawn(fun() -> accept(Listener) end),
    case ssl:handshake(Transport, 30000) of
        {ok, Socket} -> echo(Socket);
        _ -> ok
    end.

echo(Socket) ->
    case ssl:recv(Socket, 0) of
        {ok, Data} -> ssl:send(Socket, Data), echo(Socket);
        _ -> ssl:close(Socket)
    end.
