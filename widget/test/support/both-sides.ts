// The two sides of a counter, brought into a state quickly: moves go through the API from inside the page, which then
// shows what the server says, as after a click.
import { randomBytes } from 'node:crypto';
import {
  type Browser,
  type BrowserContextOptions,
  expect,
  type Frame,
  type FrameLocator,
  type Locator,
  type Page,
} from '@playwright/test';
import type {
  CallResult,
  CitizenTicket,
  ClerkSession,
  Drawn,
  GuestInvitation,
  InviteGuest,
  OfficeView,
} from '../../src/protocol.gen.ts';
import type { Program } from './program.ts';

/** A request of the page's own origin, as its program would send it. */
export function api<T>(page: Page | Frame, method: string, path: string, body?: unknown): Promise<T> {
  return page.evaluate(
    async ([method, path, body]) => {
      const headers = { 'X-Schalter': '1', 'Content-Type': 'application/json' };
      const answer = await fetch(path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return text ? JSON.parse(text) : undefined;
    },
    [method, path, body] as const,
  );
}

/** A person's click on *Eintreten*, who aims again if the page has grown under the pointer. */
export async function clickEnter(screen: FrameLocator | Frame | Page): Promise<void> {
  const button = screen.getByRole('button', { name: 'Eintreten', exact: true });
  await expect(button).toBeVisible();
  await expect(async () => {
    if ((await button.count()) === 0) return;
    await button.click({ timeout: 2_000 });
    await expect(button).toHaveCount(0, { timeout: 3_000 });
  }).toPass({ timeout: 30_000 });
}

/** A clerk with an open console. */
export class Clerk {
  readonly page: Page;
  #session: ClerkSession | undefined;
  #desk = '';

  private constructor(page: Page) {
    this.page = page;
  }

  static async signIn(
    browser: Browser,
    program: Program,
    who = 'huber',
    o: BrowserContextOptions = {},
  ): Promise<Clerk> {
    const login = program.clerks.find((c) => c.mail.startsWith(who));
    if (!login) throw new Error(`no clerk ${who}`);
    const page = await (await browser.newContext({ locale: 'de-DE', ...o })).newPage();
    const clerk = new Clerk(page);
    await page.goto(program.console);
    const body = { email: login.mail, password: login.password };
    clerk.#session = await api<ClerkSession>(page, 'POST', '/api/v1/console/session', body);
    await page.reload();
    await expect(page.locator('.counters')).toBeVisible();
    return clerk;
  }

  async open(office = 'Hauptamt'): Promise<void> {
    const id = this.officeId(office);
    const view = await api<OfficeView>(this.page, 'POST', '/api/v1/console/desks', { office: id });
    this.#desk = view.desk?.id ?? '';
  }

  /** Camera and microphone on, by the click that asks for them, and the own picture there. */
  async film(): Promise<void> {
    await this.button('Kamera und Mikrofon einschalten').click();
    await expect(this.page.locator('.tile.self video:not(.blank)')).toBeVisible({ timeout: 30_000 });
  }

  /** The row of a number in one of the lists. */
  row(number: string): Locator {
    return this.page.locator('.tickets li').filter({ hasText: number });
  }

  /** A button anywhere in the console, by the beginning of its name. */
  button(name: string): Locator {
    return this.page.getByRole('button', { name: new RegExp(`^${name}`) });
  }

  /** The button of the open dialog. */
  inDialog(name: string): Locator {
    return this.page.getByRole('dialog').getByRole('button', { name, exact: true });
  }

  /** Where the desk stands. */
  officeId(office = 'Hauptamt'): string {
    return this.#session?.offices.find((o) => o.name.de === office)?.id ?? '';
  }

  /** Tells all who wait; empty: nothing any more. */
  async tell(text: string, office = 'Hauptamt'): Promise<void> {
    await api(this.page, 'PUT', `/api/v1/console/offices/${this.officeId(office)}/message`, { text });
  }

  /** Passes on whom this desk serves. */
  async transfer(office: string, note = ''): Promise<void> {
    await this.move('transfer', { office: this.officeId(office), note });
  }

  /** pause, resume, close, call, recall, lapse, finish, park: what the buttons do. */
  move(move: string, body: unknown = {}): Promise<CallResult> {
    return api<CallResult>(this.page, 'POST', `/api/v1/console/desks/${this.#desk}/${move}`, body);
  }

  /** Invites an interpreter to the conversation. */
  invite(name: string): Promise<GuestInvitation> {
    const body: InviteGuest = { kind: 'interpreter', name };
    return api<GuestInvitation>(this.page, 'POST', `/api/v1/console/desks/${this.#desk}/guests`, body);
  }

  /** Through with whoever is called or served. */
  async free(): Promise<void> {
    for (const move of ['finish', 'lapse']) await this.move(move).catch(() => undefined);
    await expect(this.page.locator('.who')).toHaveCount(0);
  }
}

/** A citizen on a town's page. */
export class Citizen {
  readonly page: Page;
  readonly board: Locator;

  private constructor(page: Page) {
    this.page = page;
    this.board = page.locator('schalter-board');
  }

  static async visit(browser: Browser, town: string, o: BrowserContextOptions = {}): Promise<Citizen> {
    return Citizen.on(await (await browser.newContext({ locale: 'de-DE', ...o })).newPage(), town);
  }

  /** In a page that is prepared already. */
  static async on(page: Page, town: string): Promise<Citizen> {
    const citizen = new Citizen(page);
    await citizen.page.goto(town);
    await expect(citizen.board.getByRole('article').first()).toBeVisible();
    return citizen;
  }

  card(office = 'Hauptamt'): Locator {
    return this.board
      .getByRole('article')
      .filter({ has: this.page.getByRole('heading', { name: office, exact: true }) });
  }

  /** Our frame in the page, for looking. */
  get screen() {
    return this.page.frameLocator('schalter-board iframe:visible');
  }

  /** The same, for requests. */
  get frame(): Frame {
    const frame = this.page.frames().find((f) => /\/f\/[^/]+\/$/.test(f.url()));
    if (!frame) throw new Error('no frame');
    return frame;
  }

  async draw(office = 'Hauptamt'): Promise<CitizenTicket> {
    await this.card(office).locator('button.primary, .actions button').first().click({ timeout: 30_000 });
    await expect(this.screen.locator('.paper-number')).toBeVisible();
    return this.ticket();
  }

  async ticket(): Promise<CitizenTicket> {
    return api<CitizenTicket>(this.frame, 'GET', '/api/v1/ticket');
  }

  async move(move: 'enter' | 'leave' | 'more-time' | 'return'): Promise<unknown> {
    return api(this.frame, 'POST', `/api/v1/ticket/${move}`);
  }

  /** Gives the number back, whatever has become of it, and goes. */
  async close(): Promise<void> {
    await this.move('leave').catch(() => undefined);
    await this.page.context().close();
  }
}

/** People who draw a number and wait, without a page: so many that somebody has a place to move up from. */
export class Crowd {
  readonly #program: Program;
  readonly #secrets: string[];

  private constructor(program: Program, secrets: string[]) {
    this.#program = program;
    this.#secrets = secrets;
  }

  static async draw(program: Program, people: number, office: string): Promise<Crowd> {
    const secrets: string[] = [];
    for (let i = 0; i < people; i++) {
      const drawn = await plain<Drawn>(program, '/api/v1/tickets', {
        headers: { 'Idempotency-Key': randomBytes(16).toString('hex') },
        body: { authority: 'musterstadt', office, no_cookie: true },
      });
      secrets.push(drawn.secret ?? '');
    }
    return new Crowd(program, secrets);
  }

  /** The first of those who are left goes. */
  async leave(): Promise<void> {
    const secret = this.#secrets.shift();
    if (!secret) throw new Error('nobody is left');
    await plain(this.#program, '/api/v1/ticket/leave', { headers: { Authorization: `Bearer ${secret}` } });
  }

  async close(): Promise<void> {
    while (this.#secrets.length > 0) await this.leave().catch(() => undefined);
  }
}

async function plain<T>(program: Program, path: string, o: { headers: object; body?: unknown }): Promise<T> {
  const answer = await fetch(program.public + path, {
    method: 'POST',
    headers: { 'X-Schalter': '1', 'Content-Type': 'application/json', Origin: program.public, ...o.headers },
    ...(o.body === undefined ? {} : { body: JSON.stringify(o.body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
