// Runs the broker aedes with the listeners of a JSON file: node server.mjs CONFIGURATION MODULES,
// where MODULES is the folder of node_modules. SIGHUP reads certificates, keys, anchors and CRLs
// again; SIGTERM ends it. What happens goes to stdout, a line each.
import fs from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import path from 'node:path'
import tls from 'node:tls'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [file, modules] = process.argv.slice(2)
const { listeners, verbose, user_topics: userTopics } = JSON.parse(fs.readFileSync(file, 'utf8'))
const resolve = createRequire(path.join(modules, 'package.json')).resolve
const load = name => import(pathToFileURL(resolve(name)))
const { Aedes } = await load('aedes')
const { WebSocketServer, createWebSocketStream } = (await load('ws')).default

// Names from the network must not make lines of their own.
const log = (...words) => console.log(new Date().toISOString(), ...words)
const shown = text => JSON.stringify(text ?? null)

const blocks = file => fs.readFileSync(file, 'latin1').match(/-----BEGIN [^]*?-----END [^\n]*/g) ?? []

// Node turns TLS 1.3 off when `ciphers` names none of its suites.
const suites13 = 'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256'

function tlsOptions (listener) {
  const options = {
    cert: fs.readFileSync(listener.certificate),
    key: fs.readFileSync(listener.key),
    minVersion: 'TLSv' + (listener.version || '1.2'),
    maxVersion: 'TLSv' + (listener.version || '1.3'),
    requestCert: listener.ask,
    rejectUnauthorized: listener.insist
  }
  if (listener.trust) options.ca = blocks(listener.trust)
  if (listener.ask && listener.revoked) options.crl = blocks(listener.revoked)
  if (listener.ciphers) options.ciphers = suites13 + ':' + listener.ciphers
  return options
}

/** The name that a verified certificate gives its client; null without one. */
function nameOf (listener, socket) {
  if (!listener.user_from || !socket.authorized) return null
  return socket.getPeerCertificate().subject?.[listener.user_from] ?? null
}

const broker = await Aedes.createBroker()
broker.preConnect = (client, packet, done) => {
  const { handfastName: named, handfastListener: listener } = client.conn
  if (listener.binds_client_id && named) packet.clientId = named
  done(null, true)
}
broker.authenticate = (client, user, password, done) => {
  const { handfastName: named, handfastListener: listener } = client.conn
  log('connect', 'client', shown(client.id), 'user', shown(named ?? user), 'listener',
    shown(listener.name))
  const { account } = listener
  const known = !account || (user === account.user && String(password) === account.password)
  const nameless = guards(client) && !named
  done(null, known && !nameless)
}

/** Whether topics are for the user that they name: only where listeners name their users. */
function guards (client) {
  return userTopics && Boolean(client?.conn?.handfastListener?.user_from)
}
function mayUse (client, topic) {
  return !guards(client) || topic.startsWith('handfast/') ||
    topic.startsWith(`user/${client.conn.handfastName}/`)
}
broker.authorizePublish = (client, packet, done) =>
  done(mayUse(client, packet.topic) ? null : new Error('not authorized'))
broker.authorizeSubscribe = (client, subscription, done) =>
  done(null, mayUse(client, subscription.topic) ? subscription : null)
broker.on('clientDisconnect', client => log('disconnect', 'client', shown(client.id)))
for (const event of ['clientError', 'connectionError']) {
  broker.on(event, (client, error) => log(event, 'client', shown(client?.id), shown(error.message)))
}
if (verbose) {
  broker.on('publish', packet => log('publish', shown(packet.topic), 'qos', packet.qos))
  broker.on('subscribe', (wanted, client) => log('subscribe', shown(client?.id), shown(wanted)))
  broker.on('ping', (packet, client) => log('ping', shown(client?.id)))
}

function serve (listener, stream, socket, request) {
  // Optional means none or a good one: a certificate that does not verify is no way in.
  const bad = listener.ask && !socket.authorized && socket.getPeerCertificate(true)?.raw
  if (bad) {
    log('refused', 'listener', shown(listener.name), String(socket.authorizationError))
    return socket.destroy()
  }
  stream.handfastName = nameOf(listener, socket)
  stream.handfastListener = listener
  broker.handle(stream, request)
}

function makeServer (listener) {
  const secure = listener.transport === 'tls' || listener.transport === 'wss'
  const options = secure ? tlsOptions(listener) : {}
  const web = listener.transport === 'ws' || listener.transport === 'wss'
  if (!web) {
    const direct = socket => serve(listener, socket, socket)
    return secure ? tls.createServer(options, direct) : net.createServer(direct)
  }
  const server = secure ? https.createServer(options) : http.createServer()
  new WebSocketServer({
    server, path: '/mqtt', handleProtocols: offered => offered.has('mqtt') && 'mqtt'
  }).on('connection', (connection, request) =>
    serve(listener, createWebSocketStream(connection), request.socket, request))
  return server
}

const servers = []
for (const listener of listeners) {
  const server = makeServer(listener)
  servers.push([listener, server])
  server.on('tlsClientError', error => 
    log('tls', 'listener', shown(listener.name), shown(error.message)))
  await new Promise((resolve, reject) =>
    server.on('error', reject).listen({ host: '127.0.0.1', port: listener.port }, resolve))
}

process.on('SIGHUP', () => {
  for (const [listener, server] of servers) {
    try {
      if (server.setSecureContext) server.setSecureContext(tlsOptions(listener))
    } catch (error) {
      log('reload failed', 'listener', shown(listener.name), shown(error.message))
    }
  }
  log('reloaded')
})
process.on('SIGTERM', () => process.exit(0))
log('aedes is ready')
