/** A ticket in words: what stands beside its number. */
import type { ClerkTicket } from '../client/protocol';
import type { Texts } from '../ui/texts.tsx';
import { type Key, languageName, timeText } from './texts';

/** "Frau Berger · Bauvoranfrage": who it is and what it is about, as far as it is known. */
export function ticketTitle(text: Texts<Key>, t: ClerkTicket): string {
  return [t.name, text.of(t.topic_name)].filter(Boolean).join(' · ') || text('ticket.noTopic');
}

/** Camera and microphone in as few words as will do; empty if nothing was tried. */
function checkWords(text: Texts<Key>, t: ClerkTicket): string[] {
  if (t.text_only) return [text('ticket.textOnly')];
  if (t.camera === 'ready' && t.microphone === 'ready') return [text('ticket.both.ready')];
  const words: string[] = [];
  if (t.camera) words.push(text(`ticket.camera.${t.camera}`));
  if (t.microphone) words.push(text(`ticket.microphone.${t.microphone}`));
  return words;
}

/** What matters for calling: the waiting time first, then what is special. */
export function ticketWords(text: Texts<Key>, t: ClerkTicket, minutes: number): string[] {
  if (t.state === 'missed') {
    return t.deadline ? [text('ticket.returns', { time: timeText(t.deadline, text.lang) })] : [];
  }
  const words = [text(t.state === 'parked' ? 'ticket.here' : 'ticket.waits', { n: minutes })];
  const language = t.lang?.split('-')[0];
  if (language && language !== 'de') words.push(languageName(language, text.lang));
  words.push(...checkWords(text, t));
  if (t.calls) words.push(text('ticket.calls', { n: t.calls }));
  if (t.from) words.push(text('ticket.from', { office: text.of(t.from) }));
  return words.filter(Boolean);
}

/** What this one needs, or whom. */
export function ticketNeeds(text: Texts<Key>, t: ClerkTicket): string[] {
  const needs: string[] = [];
  if (t.wants_me) needs.push(text('ticket.wantsMe'));
  else if (t.wants) needs.push(text('ticket.wants', { name: t.wants }));
  if (t.priority) needs.push(text('ticket.priority'));
  if (t.interpreter) needs.push(interpreterText(text, t.interpreter));
  return needs;
}

/** "Dolmetschen: Türkisch", or sign language. */
export function interpreterText(text: Texts<Key>, asked: string): string {
  if (asked === 'dgs') return text('ticket.signing');
  return text('ticket.interpreter', { language: languageName(asked, text.lang) || asked });
}

/** Marks that explain why somebody is passed over. */
export function ticketMarks(text: Texts<Key>, t: ClerkTicket): string[] {
  const marks: string[] = [];
  if (t.away) marks.push(text('ticket.away'));
  if (t.silent) marks.push(text('ticket.silent'));
  if (t.deferred) marks.push(text('ticket.deferred'));
  return marks;
}
