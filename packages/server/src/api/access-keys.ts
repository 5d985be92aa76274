import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { CloudbellError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import type { AccessKey, IdentityStore } from '../ports/identity-store.ts';
import { NOBODYS_HASH } from './secret-hash.ts';

/** The secret that was right for an access key; only a keyed digest of it is kept. */
interface Right {
  readonly digest: Buffer;
  readonly key: AccessKey;
  /** Monotonic ms until which the key is not read again. */
  readonly trustedUntil: number;
}

export interface AccessKeysDeps {
  readonly identity: Pick<IdentityStore, 'accessKey' | 'noteAccessKeyUse'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly trustMs: number;
  /** The costly check, {@link ./secret-hash.ts}. */
  readonly isSecret: (secret: string, secretHash: string) => Promise<boolean>;
}

const REMEMBERED_MAX = 10_000;
/** How often it is written down that a key is in use. */
const NOTE_EVERY_MS = 60_000;
/** Checks at once; more distinct guesses than this are turned away instead of queued for the thread pool. */
const CHECKS_MAX = 32;

/**
 * Checks access keys so that a hot client pays scrypt once: what was right or wrong is remembered under a keyed digest of
 * what was presented, and counts only while the stored hash is the one it was tried against. A key that was replaced or removed
 * stops working after `trustMs` at the latest; a wrong secret sent a thousand times costs one check. An unknown id costs
 * what a wrong secret costs, out of the same limit: neither time nor a refusal tells which ids there are.
 */
export class AccessKeys {
  readonly #deps: AccessKeysDeps;
  readonly #pepper: Uint8Array;
  /** By access key id. */
  readonly #right = new Map<string, Right>();
  /** Digest of what was wrong → the stored hash it was wrong for. */
  readonly #wrong = new Map<string, string>();
  /** Access key id → when its use was noted, monotonic ms. */
  readonly #noted = new Map<string, number>();
  /** Costly checks that run now. */
  #tries = 0;
  readonly #underWay = new Map<string, Promise<AccessKey | null>>();

  constructor(deps: AccessKeysDeps) {
    this.#deps = deps;
    this.#pepper = deps.random.bytes(32);
  }

  /** The key, or null when id or secret are wrong. Rejects with `credentials_busy`. */
  check(accessKeyId: string, secret: string): Promise<AccessKey | null> {
    const digest = createHmac('sha256', this.#pepper).update(`${accessKeyId.length}:${accessKeyId}${secret}`).digest();
    const right = this.#right.get(accessKeyId);
    if (
      right !== undefined &&
      this.#deps.clock.monoMs() < right.trustedUntil &&
      timingSafeEqual(right.digest, digest)
    ) {
      this.#note(accessKeyId);
      return Promise.resolve(right.key);
    }
    const at = digest.toString('base64');
    const underWay = this.#underWay.get(at);
    if (underWay !== undefined) return underWay;
    const checking = this.#check(accessKeyId, secret, digest).finally(() => this.#underWay.delete(at));
    this.#underWay.set(at, checking);
    return checking;
  }

  /** The key is gone: it stops working now, not when the trust in it ends. */
  forget(accessKeyId: string): void {
    this.#right.delete(accessKeyId);
  }

  /** At most one write a minute and key. It is only worth knowing: nobody waits for it, and it may fail. */
  #note(accessKeyId: string): void {
    const { clock, identity } = this.#deps;
    const last = this.#noted.get(accessKeyId);
    if (last !== undefined && clock.monoMs() - last < NOTE_EVERY_MS) return;
    if (this.#noted.size >= REMEMBERED_MAX) this.#noted.clear();
    this.#noted.set(accessKeyId, clock.monoMs());
    identity.noteAccessKeyUse(accessKeyId, clock.wallMs()).catch(() => this.#noted.delete(accessKeyId));
  }

  /** Only what costs a scrypt has a limit, so that guesses never turn a client away whose secret is remembered. */
  async #tryOut(secret: string, secretHash: string): Promise<boolean> {
    if (this.#tries >= CHECKS_MAX) {
      throw new CloudbellError('credentials_busy', { message: 'Too many credentials are being checked at once.' });
    }
    this.#tries += 1;
    try {
      return await this.#deps.isSecret(secret, secretHash);
    } finally {
      this.#tries -= 1;
    }
  }

  async #check(accessKeyId: string, secret: string, digest: Buffer): Promise<AccessKey | null> {
    const key = await this.#deps.identity.accessKey(accessKeyId);
    const at = digest.toString('base64');
    const secretHash = key?.secretHash ?? NOBODYS_HASH;
    if (this.#wrong.get(at) === secretHash) return null;
    if (key === null) {
      this.#right.delete(accessKeyId);
      await this.#tryOut(secret, secretHash);
      return this.#wasWrong(at, secretHash);
    }
    const right = this.#right.get(accessKeyId);
    const isKnown =
      right !== undefined && right.key.secretHash === key.secretHash && timingSafeEqual(right.digest, digest);
    if (isKnown || (await this.#tryOut(secret, secretHash))) {
      if (this.#right.size >= REMEMBERED_MAX) this.#right.clear();
      this.#right.set(accessKeyId, { digest, key, trustedUntil: this.#deps.clock.monoMs() + this.#deps.trustMs });
      this.#note(accessKeyId);
      return key;
    }
    return this.#wasWrong(at, secretHash);
  }

  #wasWrong(at: string, secretHash: string): null {
    if (this.#wrong.size >= REMEMBERED_MAX) this.#wrong.clear();
    this.#wrong.set(at, secretHash);
    return null;
  }
}
