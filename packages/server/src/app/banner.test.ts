import { expect, test } from 'vitest';
import { banner, type StartedFacts } from './banner.ts';

const FACTS: StartedFacts = {
  version: '1.2.3',
  url: 'http://127.0.0.1:8190',
  signInUrl: 'http://127.0.0.1:8190/signin?token=t',
  newUser: { name: 'admin', password: 'p-1' },
  newAccessKey: { id: 'ck-1', secret: 's-1' },
  dataPath: './data',
  collecting: 'every 15 s as host-a',
  warnings: [],
};

test('a first start shows version, link, user, access key, data folder and what is collected', () => {
  expect(banner(FACTS)).toBe(`Cloudbell 1.2.3 at http://127.0.0.1:8190

  Console      http://127.0.0.1:8190/signin?token=t   (signs you in, once)
  User         admin   (the password is shown this once)
  Password     p-1
  Access key   ck-1   (shown this once: keep both)
  Secret       s-1
  Data         ./data
  Collecting   CPU, memory, disk, load, network, processes of this host, every 15 s as host-a

Ctrl-C stops it; nothing is lost.
`);
});

test('a later start keeps secret and password to itself', () => {
  expect(banner({ ...FACTS, newUser: null, newAccessKey: null })).not.toMatch(/s-1|p-1/);
});

test('warnings stand where they are read', () => {
  expect(banner({ ...FACTS, collecting: null, warnings: ['anyone on the network can read this'] })).toContain(
    '  Collecting   nothing (--collect off)\n\n  WARNING: anyone on the network can read this\n',
  );
});
