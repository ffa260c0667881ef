// A TLS 1.3 server of Node.js that sends back what arrives, or the broker aedes behind it.
// Arguments: port, chain, key, trust file, whether clients must show a certificate, group or "auto", and for aedes the
// folder of its node_modules.
'use strict';
const fs = require('fs');
const path = require('path');
const tls = require('tls');
const {createRequire} = require('module');
const {pathToFileURL} = require('url');

const [port, chain, key, trust, twoWay, group, modules] = process.argv.slice(2);
const options = {
  cert: fs.readFileSync(chain),
  key: fs.readFileSync(key),
  minVersion: 'TLSv1.3',
  ecdhCurve: group,
};
if (twoWay === 'true') {
  Object.assign(options, {ca: fs.readFileSync(trust), requestCert: true, rejectUnauthorized: true});
}

function echo(socket) {
  socket.on('error', () => {});
  socket.pipe(socket);
}

async function aedes() {
  const file = createRequire(path.join(modules, 'package.json')).resolve('aedes');
  const {Aedes} = await import(pathToFileURL(file));
  return (await Aedes.createBroker()).handle;
}

(async () => {
  const server = tls.createServer(options, modules ? await aedes() : echo);
  server.on('tlsClientError', (error) => console.log(error.message));
  server.listen(Number(port), '127.0.0.1');
})();
