// One office on the board. Built once, then only its texts change: rows keep their places and heights.

import type { BoardAuthority, BoardDay, BoardOffice, Contact } from '../protocol.gen.ts';
import { tabAddress } from './baked.ts';
import { el, icon, say } from './dom.ts';
import { today, wall, week, when } from './hours.ts';
import { mailShape, phoneShape, stateShapes } from './shapes.ts';
import type { Words } from './words.ts';

/** What a card shows beside its office. */
export interface CardContext {
  authority: BoardAuthority;
  zone: string;
  now: Date;
  /** A ticket exists: every card leads to it. */
  ticket: boolean;
  /** No frame of ours works on this page: the conversation opens in a tab of its own. */
  tab: boolean;
}

export class Card {
  readonly element: HTMLElement;
  private readonly state = el('p', { class: 'state' });
  private readonly detail = el('p');
  private readonly wait = el('p');
  private readonly people = el('ul', { class: 'people' });
  private readonly hours = el('span');
  private readonly plan = el('dl');
  private readonly actions = el('div', { class: 'actions' });
  private office: BoardOffice | undefined;
  private shown = '';
  private shownPeople = '';
  private shownPlan = '';

  constructor(
    private readonly words: Words,
    heading: number,
    name: string,
    about: string,
    private readonly open: (office?: string) => void,
  ) {
    this.people.setAttribute('aria-label', words.say('contact.people'));
    const week = el('span', { class: 'unseen' }, `– ${words.say('hours.week')}`);
    this.element = el(
      'article',
      { class: 'card' },
      el(`h${heading}` as 'h3', {}, name),
      this.state,
      about && el('p', { class: 'soft about' }, about),
      el('div', { class: 'queue' }, this.detail, this.wait),
      this.people,
      el('details', { class: 'soft' }, el('summary', {}, this.hours, ' ', week), this.plan),
      this.actions,
    );
  }

  /** The state in a word, for announcements. */
  get announcement(): string {
    return `${this.element.firstChild?.textContent}: ${this.state.textContent}`;
  }

  focus(): void {
    this.actions.querySelector<HTMLElement>('a,button')?.focus();
  }

  update(office: BoardOffice, context: CardContext): void {
    const { words } = this;
    const stateWord = words.say(`state.${office.status}`);
    if (this.office?.status !== office.status || !this.state.firstChild) {
      this.state.className = `state ${office.status}`;
      this.state.replaceChildren(icon(stateShapes[office.status]), stateWord);
    }
    const until = office.until ? new Date(office.until) : undefined;
    const values = {
      n: office.waiting ?? 0,
      time: until && wall(until, context.zone).time,
      when: until && when(until, context.now, context.zone, words),
      holiday: words.pick(office.holiday),
    };
    say(this.detail, words.say(`status.${office.text}`, values));
    say(
      this.wait,
      office.text === 'holiday' && until ? words.say('status.closed_until', values) : this.waiting(office),
    );
    this.drawPeople(office.contacts);
    this.drawPlan(office.days, wall(context.now, context.zone).weekday);
    this.office = office;
    this.drawActions(office, context);
  }

  private waiting(office: BoardOffice): string {
    const { estimate, waiting = 0 } = office;
    if (office.action !== 'draw') return '';
    if (office.text === 'open_free') return this.words.say('estimate.none');
    if (estimate?.to)
      return this.words.say(estimate.from < estimate.to ? 'estimate.range' : 'estimate.one', { ...estimate });
    return office.status === 'paused' ? this.words.say('status.waiting', { n: waiting }) : '';
  }

  private drawPeople(contacts: Contact[] = []): void {
    const lines = contacts.map(({ name, state }) => `${name} · ${this.words.say(`contact.${state}`)}`);
    this.people.hidden = !lines.length;
    if (this.shownPeople === lines.join()) return;
    this.shownPeople = lines.join();
    this.people.replaceChildren(...lines.map((line) => el('li', {}, line)));
  }

  private drawPlan(days: BoardDay[], weekday: number): void {
    const { words, plan } = this;
    say(this.hours, today(days, weekday, words));
    (plan.parentElement as HTMLElement).hidden = !days.length;
    const shown = JSON.stringify([days, weekday]);
    if (this.shownPlan === shown) return;
    this.shownPlan = shown;
    plan.replaceChildren(
      ...week(days, weekday, words).flatMap(({ day, text }) => [el('dt', {}, day), el('dd', {}, text)]),
    );
  }

  /** Remakes the buttons only when they become others: the focus stays. */
  private drawActions(office: BoardOffice, context: CardContext): void {
    const phone = office.phone || context.authority.phone;
    const email = office.email || context.authority.email;
    const kind = context.ticket ? 'show' : office.action;
    const shown = [kind, context.tab, phone, email].join();
    if (shown === this.shown) return;
    this.shown = shown;
    const focused = this.actions.contains((this.element.getRootNode() as ShadowRoot).activeElement);
    this.actions.replaceChildren(
      ...(kind === 'contact' ? this.ways(phone, email) : [this.mainAction(kind, context.tab)]),
    );
    if (focused) this.focus();
  }

  private mainAction(kind: 'show' | 'draw', tab: boolean): HTMLElement {
    const { words, office } = this;
    const slug = kind === 'draw' ? office?.slug : undefined;
    const label = words.say(`action.${kind}`);
    const unseen = el('span', { class: 'unseen' }, `, ${words.pick(office?.name)}`);
    if (tab) return tabLink(words, label, slug, unseen);
    return el('button', { type: 'button', class: 'button', click: () => this.open(slug) }, label, unseen);
  }

  private ways(phone: string, email: string | undefined): (HTMLElement | string)[] {
    const { words } = this;
    const call = `${words.say('action.call')} ${phone}`;
    const write = words.say('action.mail');
    return [
      phone && el('a', { class: 'button ghost', href: telephone(phone), 'aria-label': call }, icon(phoneShape), phone),
      email
        ? el(
            'a',
            { class: 'button ghost', href: `mailto:${email}`, title: write, 'aria-label': write },
            icon(mailShape),
          )
        : '',
    ];
  }
}

/** A link to the citizen's app in a tab of its own: one the citizen clicks, for browsers block what scripts open. */
export function tabLink(words: Words, label: string, office?: string, more?: Node): HTMLAnchorElement {
  return el(
    'a',
    { class: 'button', href: tabAddress(words.lang, office), target: '_blank', rel: 'noopener' },
    label,
    more,
    el('span', { class: 'unseen' }, ` (${words.say('tab.new')})`),
  );
}

export function telephone(number: string): string {
  return `tel:${number.replace(/[^\d+]/g, '')}`;
}
