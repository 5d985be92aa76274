/** For a container's health check: exit code 0 when this container's Cloudbell is alive. Options as it has them itself. */
const { CLOUDBELL_LISTEN = '127.0.0.1:8190', CLOUDBELL_TLS_CERT = '' } = process.env;
const isTls = CLOUDBELL_TLS_CERT !== '';
// The certificate is for the name that others use, not for this address.
if (isTls) process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
const port = CLOUDBELL_LISTEN.slice(CLOUDBELL_LISTEN.lastIndexOf(':') + 1);
const answer = await fetch(`${isTls ? 'https' : 'http'}://127.0.0.1:${port}/healthz`).catch(() => null);
process.exitCode = answer?.ok === true ? 0 : 1;
