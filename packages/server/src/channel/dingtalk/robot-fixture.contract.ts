import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A stand-in for DingTalk's robots: checks token, signature, form and size as the real one is documented to, and answers
 * HTTP 200 with an errcode whatever happens. Shares no code with the channel.
 */
export interface RobotMessage {
  /** ms, monotonic. */
  readonly at: number;
  readonly title: string;
  readonly text: string;
  readonly bytes: number;
}

export interface RobotAnswer {
  readonly errcode: number;
  readonly errmsg: string;
}

export const OK: RobotAnswer = { errcode: 0, errmsg: 'ok' };
export const ACCESS_TOKEN = '0a1b2c3d4e5f60718293a4b5c6d7e8f9';

export class Robot {
  /** What was accepted. */
  readonly messages: RobotMessage[] = [];
  /** Every request, accepted or not. */
  readonly answers: RobotAnswer[] = [];
  /** Null demands no signature. */
  secret: string | null;
  /** How it answers what is right in itself; the raw text wins. */
  answer: (number: number) => RobotAnswer = () => OK;
  raw: { readonly status: number; readonly body: string; readonly headers?: Record<string, string> } | null = null;
  readonly #server: Server;

  private constructor(secret: string | null) {
    this.secret = secret;
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const url = new URL(request.url ?? '', 'http://robot');
        const body = Buffer.concat(chunks);
        const answer = this.#judge(request.method ?? '', request.headers['content-type'] ?? '', url, body);
        this.answers.push(answer);
        if (this.raw !== null) response.writeHead(this.raw.status, this.raw.headers).end(this.raw.body);
        else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      });
    });
  }

  static async open(secret: string | null = null): Promise<Robot> {
    const robot = new Robot(secret);
    await new Promise<void>((resolve) => robot.#server.listen(0, '127.0.0.1', resolve));
    return robot;
  }

  get webhook(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/robot/send?access_token=${ACCESS_TOKEN}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #judge(method: string, contentType: string, url: URL, body: Buffer): RobotAnswer {
    if (method !== 'POST') return { errcode: 43002, errmsg: 'POST is required' };
    if (!contentType.startsWith('application/json')) return { errcode: 43004, errmsg: 'bad content type' };
    if (url.searchParams.get('access_token') !== ACCESS_TOKEN) return { errcode: 300005, errmsg: 'token is not exist' };
    const refused = this.#checkSignature(url);
    if (refused !== null) return refused;
    const { msgtype, markdown } = JSON.parse(body.toString('utf8')) as {
      msgtype?: string;
      markdown?: { title?: string; text?: string };
    };
    if (msgtype !== 'markdown' || !markdown?.title || !markdown.text)
      return { errcode: 40035, errmsg: 'param missing' };
    if (body.length > 20_000) return { errcode: 460101, errmsg: 'message too long' };
    const answer = this.answer(this.answers.length + 1);
    if (answer.errcode === 0) {
      const { title, text } = markdown as { title: string; text: string };
      this.messages.push({ at: performance.now(), title, text, bytes: body.length });
    }
    return answer;
  }

  #checkSignature(url: URL): RobotAnswer | null {
    if (this.secret === null) return null;
    const timestamp = url.searchParams.get('timestamp') ?? '';
    if (!(Math.abs(Number(timestamp) - Date.now()) < 3_600_000))
      return { errcode: 310000, errmsg: 'invalid timestamp' };
    const wanted = createHmac('sha256', this.secret).update(`${timestamp}\n${this.secret}`).digest('base64');
    return url.searchParams.get('sign') === wanted ? null : { errcode: 310000, errmsg: 'sign not match' };
  }
}
