// A TLS 1.3 server of Node.js that sends back what arrives.
// Arguments: port, chain, key, trust file, whether clients must show a certificate, group or "auto".
'use strict';
const fs = require('fs');
const tls = require('tls');

const [port, chain, key, trust, twoWay, group] = process.argv.slice(2);
const options = {
  cert: fs.readFileSync(chain),
  key: fs.readFileSync(key),
  minVersion: 'TLSv1.3',
  ecdhCurve: group,
};
if (twoWay === 'true') {
  Object.assign(options, {ca: fs.readFileSync(trust), requestCert: true, rejectUnauthorized: true});
}
const server = tls.createServer(options, (socket) => {
  socket.on('error', () => {});
  socket.pipe(socket);
});
server.on('tlsClientError', (error) => console.log(error.message));
server.listen(Number(port), '127.0.0.1');
