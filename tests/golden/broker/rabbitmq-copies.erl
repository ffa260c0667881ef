%% Made by handfast; changes are overwritten.
%% RabbitMQ's settings have one set of TLS options for MQTT and one for WebSocket.

Own = [port, certfile, keyfile, cacertfile, verify, fail_if_no_peer_cert, versions, depth,
       crl_check, crl_cache],
Await = fun Await(Port) ->
  All = try ranch:info() catch _:_ -> #{} end,
  case [Ref || {Ref, #{port := At}} <- maps:to_list(All), At =:= Port] of
    [Ref | _] -> Ref;
    [] -> timer:sleep(50), Await(Port)
  end
end,
Copy = fun(From, To, Tls) ->
  Ref = Await(From),
  Options = ranch:get_transport_options(Ref),
  #{protocol := Protocol, transport := Transport} = ranch:info(Ref),
  Kept = [One || One <- maps:get(socket_opts, Options, []),
                 not (is_tuple(One) andalso lists:member(element(1, One), Own))],
  {ok, _} = ranch:start_listener({handfast, To}, Transport,
    Options#{socket_opts => [{port, To} | Tls] ++ Kept},
    Protocol, ranch:get_protocol_options(Ref))
end,
spawn(fun() ->
  %% tls-two-way
  Copy(21883, 21884, rabbit_ssl_options:fix([
    {certfile, "/srv/lab/my pki/server-chain.pem"}, {keyfile, "/srv/lab/my pki/server.key"},
    {cacertfile, "/srv/lab/my pki/root.pem"},
    {versions, ['tlsv1.3', 'tlsv1.2']},
    {verify, verify_peer}, {fail_if_no_peer_cert, true}])),
  %% wss-two-way
  Copy(21885, 21886, rabbit_ssl_options:fix([
    {certfile, "/srv/lab/my pki/server-chain.pem"}, {keyfile, "/srv/lab/my pki/server.key"},
    {cacertfile, "/srv/lab/my pki/root.pem"},
    {versions, ['tlsv1.3', 'tlsv1.2']},
    {verify, verify_peer}, {fail_if_no_peer_cert, true}])),
  %% tls-two-way@second
  Copy(21883, 21890, rabbit_ssl_options:fix([
    {certfile, "/srv/lab/my pki/server-chain.pem"}, {keyfile, "/srv/lab/my pki/server.key"},
    {cacertfile, "/srv/lab/second.pem"},
    {versions, ['tlsv1.3', 'tlsv1.2']},
    {verify, verify_peer}, {fail_if_no_peer_cert, true}])),
  ok
end).
