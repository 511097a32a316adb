// Nobody is turned away for want of a camera or microphone, and the browser's own questions are not answered by a flag.
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { Citizen, Clerk, clickEnter } from './support/both-sides.ts';
import { expectColour, type Launched, launch, loudest } from './support/browser.ts';
import { type Program, startProgram } from './support/program.ts';

let program: Program;
let town: Launched;
let office: Launched;
let huber: Clerk;

test.beforeAll(async () => {
  program = await startProgram(['--unlimited']);
  // The citizen's browser asks as it does at home; who may use what is decided by permissions.
  [town, office] = await Promise.all([launch('red', []), launch('blue')]);
  huber = await Clerk.signIn(office.browser, program);
  await huber.open();
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
});

test.afterEach(() => huber.free());

const origins = () => [new URL(program.town).origin, program.public];

async function grant(context: BrowserContext, permissions: string[]): Promise<void> {
  for (const origin of origins()) await context.grantPermissions(permissions, { origin });
}

/** As on a machine without these devices, or where another program has them. */
async function without(page: Page, kinds: ('audio' | 'video')[], name = 'NotFoundError'): Promise<void> {
  await page.context().addInitScript(
    ([kinds, name]) => {
      const ask = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
      if (!ask) return;
      navigator.mediaDevices.getUserMedia = async (wish) => {
        for (const kind of kinds) if (wish?.[kind]) throw new DOMException('test', name);
        return ask(wish);
      };
    },
    [kinds, name] as const,
  );
}

async function called(citizen: Citizen): Promise<void> {
  await citizen.draw();
  await huber.move('call');
  await expect(citizen.screen.getByRole('heading', { name: /^Sie sind dran/ })).toBeVisible();
}

/** The clerk is seen, and the clerk's side has the citizen in the room. */
async function expectTogether(citizen: Citizen): Promise<void> {
  await expectColour(citizen.screen.getByLabel(/^Frau Huber/), 'blue');
  await expect(huber.page.locator('.tile.citizen')).toBeVisible();
}

test('permissions given to both origins: camera and sound without any flag', async () => {
  await huber.page.getByRole('button', { name: 'Kamera und Mikrofon einschalten' }).click();
  const citizen = await Citizen.visit(town.browser, program.town);
  await grant(citizen.page.context(), ['camera', 'microphone']);
  await called(citizen);
  await clickEnter(citizen.screen);
  await expectTogether(citizen);
  await expectColour(huber.page.locator('.tile.citizen video'), 'red');
  expect(await loudest(citizen.screen.locator('audio'))).toBeGreaterThan(0.05);
  expect(await loudest(huber.page.locator('audio'))).toBeGreaterThan(0.05);
  await citizen.close();
});

test('both denied: the reason, the way to allow it, and the visit all the same', async () => {
  const citizen = await Citizen.visit(town.browser, program.town);
  await grant(citizen.page.context(), []); // everything that is not given is denied
  await citizen.draw();
  const { screen } = citizen;
  await screen.getByRole('button', { name: 'Kamera und Mikrofon prüfen' }).click();
  await expect(screen.getByText(/^Die Kamera ist gesperrt/)).toBeVisible();
  await expect(screen.getByText(/^Das Mikrofon ist gesperrt/)).toBeVisible();
  await expect(huber.page.locator('.tickets li')).toContainText('gesperrt');
  await huber.move('call');
  await clickEnter(screen);
  await expectTogether(citizen);
  await expect(huber.page.locator('.tile.citizen')).toContainText('Kamera aus');
  await expect(huber.page.locator('.tile.citizen')).toContainText('stumm');
  await expect(screen.getByRole('button', { name: 'Kamera aus' })).toBeVisible();

  // Allowed in the midst of it, it works by the button that is there.
  await grant(citizen.page.context(), ['camera', 'microphone']);
  await screen.getByRole('button', { name: 'Kamera aus' }).click();
  await expectColour(huber.page.locator('.tile.citizen video'), 'red');
  await citizen.close();
});

test('only the microphone is allowed: heard, and not seen', async () => {
  const citizen = await Citizen.visit(town.browser, program.town);
  await grant(citizen.page.context(), ['microphone']);
  await called(citizen);
  await clickEnter(citizen.screen);
  await expectTogether(citizen);
  await expect(citizen.screen.getByText(/^Die Kamera ist gesperrt/)).toBeVisible();
  await expect(citizen.screen.getByRole('button', { name: 'Mikrofon an' })).toBeVisible();
  await expect(huber.page.locator('.tile.citizen')).toContainText('Kamera aus');
  expect(await loudest(huber.page.locator('audio'))).toBeGreaterThan(0.05);
  await citizen.close();
});

test('no devices at all, and a camera that another program has', async () => {
  const none = await Citizen.visit(town.browser, program.town);
  await without(none.page, ['audio', 'video']);
  await none.page.reload();
  await called(none);
  await clickEnter(none.screen);
  await expectTogether(none);
  await expect(none.screen.getByText(/^Wir finden keine Kamera/)).toBeVisible();
  await expect(none.screen.getByText(/^Wir finden kein Mikrofon/)).toBeVisible();
  await huber.move('finish');
  await none.close();

  const busy = await Citizen.visit(town.browser, program.town);
  await grant(busy.page.context(), ['camera', 'microphone']);
  await without(busy.page, ['video'], 'NotReadableError');
  await busy.page.reload();
  await called(busy);
  await clickEnter(busy.screen);
  await expectTogether(busy);
  await expect(busy.screen.getByText(/^Ein anderes Programm benutzt die Kamera/)).toBeVisible();
  expect(await loudest(huber.page.locator('audio'))).toBeGreaterThan(0.05);
  await busy.close();
});

test('"Ohne Kamera eintreten" asks for the microphone only', async () => {
  const citizen = await Citizen.visit(town.browser, program.town);
  await grant(citizen.page.context(), ['camera', 'microphone']);
  await called(citizen);
  await citizen.screen.getByRole('button', { name: 'Ohne Kamera eintreten' }).click();
  await expectTogether(citizen);
  await expect(citizen.screen.getByRole('button', { name: 'Mikrofon an' })).toBeVisible();
  await expect(citizen.screen.getByRole('button', { name: 'Kamera aus' })).toBeVisible();
  await expect(huber.page.locator('.tile.citizen')).toContainText('Kamera aus');
  await citizen.close();
});

test('after a reload the call is heard through the town’s page, and sound begins or is offered', async () => {
  const citizen = await Citizen.visit(town.browser, program.town);
  const { page, screen } = citizen;
  await grant(page.context(), ['camera', 'microphone']);
  // Counts what sounds in the town's page. A context that the browser holds back does not count.
  await page.addInitScript(() => {
    const struck: string[] = [];
    Object.assign(window, { struck });
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (this: OscillatorNode, when?: number) {
      struck.push(this.context.state);
      start.call(this, when);
    };
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
      if (!this.muted) struck.push('element');
      return play.call(this);
    };
    const buzz: unknown[] = [];
    Object.assign(window, { buzz });
    navigator.vibrate = (pattern) => buzz.push(pattern) > 0;
  });
  await citizen.draw();
  await page.reload();
  await expect(screen.locator('.paper-number')).toBeVisible();
  const before = await page.title();
  await page.getByRole('heading', { level: 1 }).click(); // on the town's page, not in the frame

  await huber.move('call');
  await expect(page).toHaveTitle(/^Sie sind dran – H \d+/);
  const sounded = () =>
    Promise.all(
      page.frames().map((f) => f.evaluate(() => (window as unknown as { struck?: string[] }).struck?.join() ?? '')),
    );
  await expect.poll(async () => (await sounded()).join(';')).toMatch(/running|element/);
  const buzzed = () =>
    Promise.all(
      page.frames().map((f) => f.evaluate(() => (window as unknown as { buzz?: unknown[] }).buzz?.length ?? 0)),
    );
  await expect.poll(async () => Math.max(...(await buzzed()))).toBeGreaterThan(0);

  // A reload in the conversation: nobody has clicked in the new page.
  await clickEnter(screen);
  await expectTogether(citizen);
  await expect(page).toHaveTitle(before);
  page.on('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await expectTogether(citizen);
  const button = screen.getByRole('button', { name: 'Ton einschalten' });
  if (await button.isVisible()) await button.click();
  expect(await loudest(screen.locator('audio'))).toBeGreaterThan(0.05);
  await expect(button).toHaveCount(0);
  await citizen.close();
});
