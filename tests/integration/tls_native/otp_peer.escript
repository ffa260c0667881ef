#!/usr/bin/env escript
%% A TLS 1.3 server of Erlang/OTP that sends back what arrives. "update keys\n" makes it update the keys of both
%% directions first.
%% Arguments: port, chain, key, trust file, whether clients must show a certificate, group or "all".
main([Port, Chain, Key, Trust, TwoWay, Group]) ->
    {ok, _} = application:ensure_all_started(ssl),
    Options = [{certfile, Chain}, {keyfile, Key}, {ip, {127, 0, 0, 1}}, {versions, ['tlsv1.3']},
               {session_tickets, stateless}, {reuseaddr, true}, {mode, binary}, {active, false},
               {log_level, none}]
              ++ two_way(TwoWay, Trust) ++ groups(Group),
    {ok, Listener} = ssl:listen(list_to_integer(Port), Options),
    serve(Listener).

two_way("false", _) -> [];
two_way("true", Trust) ->
    [{cacertfile, Trust}, {verify, verify_peer}, {fail_if_no_peer_cert, true}, {depth, 3}].

groups("all") -> [];
groups(Name) -> [{supported_groups, [list_to_atom(Name)]}].

serve(Listener) ->
    {ok, Socket} = ssl:transport_accept(Listener),
    Pid = spawn(fun() -> receive go -> greet(Socket) end end),
    ok = ssl:controlling_process(Socket, Pid),
    Pid ! go,
    serve(Listener).

greet(Socket) ->
    case ssl:handshake(Socket, 10000) of
        {ok, Connection} -> echo(Connection);
        {error, Reason} -> io:format("~p~n", [Reason])
    end.

echo(Connection) ->
    case ssl:recv(Connection, 0) of
        {ok, Data} ->
            update(binary:match(Data, <<"update keys">>), Connection),
            ok = ssl:send(Connection, Data),
            echo(Connection);
        {error, closed} -> ok;
        {error, Reason} -> io:format("~p~n", [Reason])
    end.

update(nomatch, _) -> ok;
update(_, Connection) -> ok = ssl:update_keys(Connection, read_write).
