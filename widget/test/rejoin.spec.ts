// Somebody comes back into a conversation while words and media take different times on their way.
import { expect, type Locator, test } from '@playwright/test';
import type { Seats } from '../src/protocol.gen.ts';
import { Citizen, Clerk, clickEnter } from './support/both-sides.ts';
import { expectColour, type Launched, launch } from './support/browser.ts';
import { type Program, startProgram } from './support/program.ts';

let program: Program;
let town: Launched;
let office: Launched;
let huber: Clerk;

test.beforeAll(async () => {
  program = await startProgram(['--unlimited']);
  [town, office] = await Promise.all([launch('red'), launch('blue')]);
  huber = await Clerk.signIn(office.browser, program);
  await huber.open();
  await huber.film();
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
});

const slow = { timeout: 30_000 };

// The word that a picture is there goes another way than the picture: a lost segment or a busy page holds it up.
test('the word that a picture is there comes after the picture: it is shown all the same', async () => {
  const citizen = await Citizen.visit(town.browser, program.town);
  citizen.page.on('dialog', (dialog) => void dialog.accept());
  let late = 0;
  await citizen.page.context().routeWebSocket(/\/api\/v1\/room$/, (page) => {
    const server = page.connectToServer();
    let before = Promise.resolve();
    server.onMessage((text) => {
      const frame = JSON.parse(String(text)) as { type: string; data: Seats };
      const pictures = frame.type === 'seats' && frame.data.seats.some((seat) => seat.picture);
      const wait = pictures ? late : 0;
      before = before.then(() => new Promise((resolve) => setTimeout(resolve, wait)));
      void before.then(() => page.send(text));
    });
  });
  await citizen.page.reload();
  await citizen.draw();
  await huber.move('call');
  await clickEnter(citizen.screen);
  const clerk = citizen.screen.getByLabel(/^Frau Huber/);
  await expect(clerk).toBeVisible(slow);
  late = 4_000;
  await huber.page.goto('about:blank');
  await expect(clerk).toHaveCount(0, slow);
  await huber.page.goto(program.console);
  await shown(clerk, 'after the return');
  await huber.page.getByRole('button', { name: /^Kamera / }).click();
  await expect(clerk).toBeHidden(slow);
  await huber.page.getByRole('button', { name: /^Kamera / }).click();
  await shown(clerk, 'after the camera was off');
  await citizen.close();
});

async function shown(picture: Locator, when: string): Promise<void> {
  const since = Date.now();
  await expect(picture).toBeVisible(slow);
  await expectColour(picture, 'blue');
  console.log(`picture ${when}: ${Date.now() - since} ms`);
}

// A reload asks for the tab's lock while the page before still holds it: on a busy device for seconds.
test('the page before a reload lets go late: the ticket is shown without a click', async () => {
  const citizen = await Citizen.visit(town.browser, program.town);
  const { number } = await citizen.draw();
  const before = await citizen.page.context().newPage();
  await before.goto(program.town);
  await before.evaluate(async () => {
    let locks = await navigator.locks.query();
    while (locks.pending?.length !== 0 || locks.held?.length !== 1) {
      await new Promise((again) => setTimeout(again, 50)); // until this tab's board has left the ticket to the other
      locks = await navigator.locks.query();
    }
    const [lock] = locks.held;
    void navigator.locks.request(lock?.name ?? '', () => new Promise((free) => setTimeout(free, 3_000)));
  });
  await citizen.page.reload();
  await expect(citizen.screen.getByText(number, { exact: true })).toBeVisible(slow);
  await citizen.close();
});
