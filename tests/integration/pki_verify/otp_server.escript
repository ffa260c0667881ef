#!/usr/bin/env escript
%% A TLS server of Erlang/OTP that asks for a client certificate. Says its port, then for each
%% handshake its number and "accepted" or the alert.
%% Arguments: trust file, certificate, key, partial chain (true: the last certificate of the trust file is an anchor),
%% number of handshakes.
main([Trust, Certificate, Key, Partial, Count]) ->
    {ok, _} = application:ensure_all_started(ssl),
    Options = [{cacertfile, Trust}, {certfile, Certificate}, {keyfile, Key}, {verify, verify_peer},
               {fail_if_no_peer_cert, true}, {ip, {127, 0, 0, 1}}, {versions, ['tlsv1.2']}, {log_level, none}]
              ++ partial(Partial, Trust),
    {ok, Listener} = ssl:listen(0, Options),
    {ok, {_, Port}} = ssl:sockname(Listener),
    io:format("port ~b~n", [Port]),
    serve(Listener, 1, list_to_integer(Count)).

partial("false", _) -> [];
partial("true", Trust) ->
    {ok, Pem} = file:read_file(Trust),
    {'Certificate', Anchor, not_encrypted} = lists:last(public_key:pem_decode(Pem)),
    [{partial_chain, fun(Chain) ->
        case lists:member(Anchor, Chain) of
            true -> {trusted_ca, Anchor};
            false -> unknown_ca
        end
    end}].

serve(_, Number, Count) when Number > Count -> ok;
serve(Listener, Number, Count) ->
    {ok, Socket} = ssl:transport_accept(Listener, 20000),
    case ssl:handshake(Socket, 10000) of
        {ok, Connection} -> io:format("~b accepted~n", [Number]), ssl:close(Connection);
        {error, {tls_alert, {Alert, _}}} -> io:format("~b ~s~n", [Number, Alert]);
        {error, Reason} -> io:format("~b ~p~n", [Number, Reason])
    end,
    serve(Listener, Number + 1, Count).
