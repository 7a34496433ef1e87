// Ends with 0 when the service is ready. Where it speaks https it does so with a name that is not 127.0.0.1, so no name is checked;
// where it speaks to nobody without a certificate, a connection that is taken has to do.
import { request as http } from 'node:http'
import { request as https } from 'node:https'
import { connect } from 'node:net'

const { PORT = '8080', TLS_CERT_FILE = '', TLS_CLIENT_CERTIFICATES = '' } = process.env
const target = { host: '127.0.0.1', port: Number(PORT), path: '/health/ready', timeout: 4000 }
const fail = () => process.exit(1)

if (TLS_CLIENT_CERTIFICATES === 'required') {
  connect(target, () => process.exit(0)).on('error', fail).setTimeout(4000, fail)
} else {
  const call = TLS_CERT_FILE === '' ? http(target) : https({ ...target, rejectUnauthorized: false })
  call.on('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))
  call.on('error', fail).on('timeout', fail).end()
}
