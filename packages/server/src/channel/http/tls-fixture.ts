/** A key and its self-signed certificate for `hook.test` and `localhost`, for tests only; valid for a century. */
export const TEST_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgiem1c9OP1ezP/Ne1
5xnzrfLvfQmzI7rv2TsT59wnwNShRANCAATon7W0qYatClkMqbjCQYU8vscx2fcK
kvjZOHz62bGANuqdjrMepnXizdGx5hrkG2jg8Io1ixabFfx4bGYajY60
-----END PRIVATE KEY-----
`;

export const TEST_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBnzCCAUagAwIBAgIUAyO4vH75Z9MwW+NrfbD5+iKgd+8wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJaG9vay50ZXN0MCAXDTI2MTEyNTAzMzEyMVoYDzIxMjYxMTAx
MDMzMTIxWjAUMRIwEAYDVQQDDAlob29rLnRlc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATon7W0qYatClkMqbjCQYU8vscx2fcKkvjZOHz62bGANuqdjrMepnXi
zdGx5hrkG2jg8Io1ixabFfx4bGYajY60o3QwcjAdBgNVHQ4EFgQUOW7nlEAjmZKg
o0GUIyihu3h1YUcwHwYDVR0jBBgwFoAUOW7nlEAjmZKgo0GUIyihu3h1YUcwDwYD
VR0TAQH/BAUwAwEB/zAfBgNVHREEGDAWgglob29rLnRlc3SCCWxvY2FsaG9zdDAK
BggqhkjOPQQDAgNHADBEAiAuJTr0glvOCho8aRjuY+QFf1YOJHOthJjnF0kihid6
lAIgG2jETsBrfvRP/5at1fAv1c1J5H00cOWm547Aup+In9E=
-----END CERTIFICATE-----
`;
