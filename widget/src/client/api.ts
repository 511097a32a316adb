// Requests to our own server: one place for headers, time limits and refusals.
import type { Flaw, Problem } from './protocol.ts';

/** Why a request did not succeed. Thrown by every method of Api, and by nothing else. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** offline: no answer came at all. refused: the server answered, and said no. */
  readonly kind: 'offline' | 'refused';
  readonly status: number;
  readonly code: string;
  /** Text key: the sentence is `error.KEY`. */
  readonly key: string;
  readonly requestId: string | undefined;
  /** Seconds after which another try makes sense. */
  readonly retryAfter: number | undefined;
  /** What is wrong with what was sent, field by field. */
  readonly flaws: readonly Flaw[];

  constructor(kind: 'offline' | 'refused', problem: Partial<Problem>) {
    super(`${kind}: ${problem.key ?? 'offline'}`);
    this.kind = kind;
    this.status = problem.status ?? 0;
    this.code = problem.code ?? 'unavailable';
    this.key = problem.key ?? 'offline';
    this.requestId = problem.request_id;
    this.retryAfter = problem.retry_after;
    this.flaws = problem.flaws ?? [];
  }

  static offline(): Refusal {
    return new Refusal('offline', { key: 'offline' });
  }

  /** The same request may succeed later, without anybody doing anything. */
  get passing(): boolean {
    return this.kind === 'offline' || this.status >= 500 || this.status === 429;
  }
}

/** The Refusal in anything caught; foreign errors count as a fault of ours. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return new Refusal('refused', { code: 'internal', key: 'internal', status: 500 });
}

export interface RequestOptions {
  /** 128 random bits as hex: the server does the same thing once. */
  idempotencyKey?: string;
  signal?: AbortSignal;
  /** Goes out though the page is being left. */
  keepalive?: boolean;
}

export interface ApiOptions {
  fetch?: typeof fetch;
  /** Secret of a browser that refuses the cookie; memory only. */
  bearer?: () => string | undefined;
  timeoutMs?: number;
}

export class Api {
  readonly #fetch: typeof fetch;
  readonly #bearer: () => string | undefined;
  readonly #timeout: number;

  constructor(o: ApiOptions = {}) {
    this.#fetch = o.fetch ?? ((...a) => globalThis.fetch(...a));
    this.#bearer = o.bearer ?? (() => undefined);
    this.#timeout = o.timeoutMs ?? 10_000;
  }

  get<T>(path: string, o?: RequestOptions): Promise<T> {
    return this.#request<T>('GET', path, undefined, o);
  }
  post<T>(path: string, body?: unknown, o?: RequestOptions): Promise<T> {
    return this.#request<T>('POST', path, body, o);
  }
  patch<T>(path: string, body: unknown, o?: RequestOptions): Promise<T> {
    return this.#request<T>('PATCH', path, body, o);
  }
  put<T>(path: string, body: unknown, o?: RequestOptions): Promise<T> {
    return this.#request<T>('PUT', path, body, o);
  }
  delete<T>(path: string, o?: RequestOptions): Promise<T> {
    return this.#request<T>('DELETE', path, undefined, o);
  }

  /** Sends a file as it is. */
  upload<T>(path: string, file: Blob): Promise<T> {
    return this.#request<T>('PUT', path, file);
  }

  async #request<T>(method: string, path: string, body: unknown, o: RequestOptions = {}): Promise<T> {
    const abort = new AbortController();
    const stop = () => abort.abort();
    const timer = setTimeout(stop, this.#timeout);
    o.signal?.addEventListener('abort', stop);
    try {
      const headers: Record<string, string> = { Accept: 'application/json', 'X-Schalter': '1' };
      if (body instanceof Blob) headers['Content-Type'] = body.type || 'application/octet-stream';
      else if (body !== undefined) headers['Content-Type'] = 'application/json';
      if (o.idempotencyKey) headers['Idempotency-Key'] = o.idempotencyKey;
      const secret = this.#bearer();
      if (secret) headers.Authorization = `Bearer ${secret}`;
      const init: RequestInit = {
        method,
        headers,
        credentials: 'same-origin',
        cache: 'no-store',
        signal: abort.signal,
      };
      if (o.keepalive) init.keepalive = true;
      if (body !== undefined) init.body = body instanceof Blob ? body : JSON.stringify(body);
      const response = await this.#fetch(path, init);
      const text = await response.text();
      if (!response.ok) throw refused(response.status, text);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw Refusal.offline();
    } finally {
      clearTimeout(timer);
      o.signal?.removeEventListener('abort', stop);
    }
  }
}

function refused(status: number, text: string): Refusal {
  try {
    const problem = JSON.parse(text) as Partial<Problem>;
    if (typeof problem.key === 'string') return new Refusal('refused', { ...problem, status });
  } catch {
    // Not ours: an answer of something between us and the server.
  }
  if (status === 502 || status === 503 || status === 504) {
    return new Refusal('refused', { status, code: 'unavailable', key: 'unavailable' });
  }
  return new Refusal('refused', { status, code: 'internal', key: 'internal' });
}

/** 128 random bits as hex. */
export function randomHex(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
}
