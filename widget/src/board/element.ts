// <schalter-board>: the element in the town's page. It owns the shadow root and draws what feed and visit hold.

import type { BoardOffice } from '../protocol.gen.ts';
import css from './board.css';
import { Card, type CardContext } from './card.ts';
import { readable } from './contrast.ts';
import { dress, el, say } from './dom.ts';
import { feed } from './feed.ts';
import { footer } from './footer.ts';
import { visit } from './visit.ts';
import { available, languageOf, offeredBy, Words, wishes } from './words.ts';

/** State changes are announced together, and no more often than this. */
const announceEvery = 30_000;

export class BoardElement extends HTMLElement {
  static readonly observedAttributes = ['data-office', 'data-lang', 'data-heading'];

  /** The frame's place. */
  readonly stage = el('div', { class: 'stage', hidden: true, tabindex: -1 });
  words = new Words('de');
  private readonly root = el('section', { class: 'board' });
  private readonly grid = el('div', { class: 'grid' });
  private readonly news = el('p', { class: 'unseen', role: 'status' });
  private readonly stale = el('p', { class: 'stale', role: 'status' });
  private foot: HTMLElement = el('footer');
  private cards = new Map<string, Card>();
  private drawnAs = '';
  private announced = 0;
  private states = '';

  constructor() {
    super();
    // The height that the town has reserved stays, until the window gets another width: our own style takes it back.
    const width = innerWidth;
    this.root.style.minHeight = getComputedStyle(this).minHeight;
    addEventListener('resize', () => {
      if (innerWidth !== width) this.root.style.minHeight = '';
    });
    const shadow = this.attachShadow({ mode: 'open' });
    dress(shadow, css);
    this.root.append(this.news, this.grid, this.stage, this.stale, this.foot);
    shadow.append(this.root);
    // Inside a link of the town, a click on a button of ours is no click on the link.
    this.root.addEventListener('click', (event) => {
      if ((event.target as Element).closest('button')) event.preventDefault();
    });
    for (const sign of ['pointerenter', 'focusin'])
      this.root.addEventListener(sign, () => visit.prepare(), { once: true });
  }

  connectedCallback(): void {
    this.drawnAs = '';
    feed.join(this.draw);
    visit.join(this);
    this.draw();
  }

  disconnectedCallback(): void {
    feed.leave(this.draw);
    visit.leave(this);
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.draw();
  }

  get shadow(): ShadowRoot {
    return this.shadowRoot as ShadowRoot;
  }

  get phone(): string {
    return feed.board.authority.phone;
  }

  /** After the frame has gone: back to the office it was opened for. */
  focusOffice(office: string | undefined): void {
    (this.cards.get(office ?? '') ?? this.cards.values().next().value)?.focus();
  }

  focusFooter(): void {
    this.foot.querySelector<HTMLElement>('a,button')?.focus();
  }

  readonly draw = (): void => {
    const { board } = feed;
    const lang = available(this.language(), () => visit.speak());
    const wished = this.dataset.office?.split(' ');
    const named = board.offices.filter(({ slug }) => wished?.includes(slug));
    const offices = named.length ? named : board.offices;
    const heading = Math.min(6, Math.max(2, Number(this.dataset.heading) || 3));
    const drawnAs = JSON.stringify([lang, heading, board.authority, offices.map((o) => [o.slug, o.name, o.about])]);
    if (drawnAs !== this.drawnAs) {
      this.drawnAs = drawnAs;
      this.words = new Words(lang, board.authority.texts);
      this.rebuild(offices, heading);
    }
    const context: CardContext = {
      authority: board.authority,
      zone: board.zone,
      now: new Date(),
      ticket: visit.ticket,
      tab: visit.blocked && self.origin !== 'null', // a sandbox may forbid the tab too: the note has the address as text
    };
    for (const office of offices) this.cards.get(office.slug)?.update(office, context);
    this.grid.hidden = visit.place === this;
    say(this.stale, feed.stale ? this.words.say('error.stale', { tel: board.authority.phone }) : '');
    this.announce(offices);
  };

  private rebuild(offices: BoardOffice[], heading: number): void {
    const { words, root } = this;
    const zoom = (this as { currentCSSZoom?: number }).currentCSSZoom ?? 1;
    if (zoom < 1) root.style.setProperty('zoom', String(1 / zoom));
    const accent = getComputedStyle(this).getPropertyValue('--schalter-accent') || feed.board.authority.accent;
    root.style.setProperty('--accent', readable(accent));
    root.lang = words.lang;
    root.dir = 'ltr';
    root.setAttribute('aria-label', words.say('widget.title'));
    const open = (office?: string) => visit.open(this, office);
    this.cards = new Map(
      offices.map((o) => [o.slug, new Card(words, heading, words.pick(o.name), words.pick(o.about), open)]),
    );
    this.grid.replaceChildren(...[...this.cards.values()].map((card) => card.element));
    const next = footer(words, feed.board.authority, (lang) => {
      wishes.citizen = lang;
      visit.speak();
      this.foot.querySelector<HTMLElement>('button')?.focus();
    });
    this.foot.replaceWith(next);
    this.foot = next;
  }

  private language(): string {
    const around = this.closest('[lang]')?.getAttribute('lang');
    const offered = offeredBy(feed.board.authority);
    return languageOf(offered, wishes.citizen, this.dataset.lang, wishes.script, around, document.documentElement.lang);
  }

  /** Says which offices changed their state; numbers of people are not announced. */
  private announce(offices: BoardOffice[]): void {
    const states = offices.map((office) => office.status).join();
    const first = !this.states;
    if (states === this.states || performance.now() - this.announced < announceEvery) return;
    const before = this.states.split(',');
    this.states = states;
    this.announced = performance.now();
    if (first || visit.place) return;
    const changed = offices.filter((office, i) => office.status !== before[i]);
    say(this.news, changed.map((office) => this.cards.get(office.slug)?.announcement).join('. '));
  }
}
