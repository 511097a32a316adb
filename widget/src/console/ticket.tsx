/** A ticket in words: what stands beside its number. */
import type { ClerkTicket } from '../client/protocol';
import type { Texts } from '../ui/texts.tsx';
import { minutesSince } from './office';
import { type Key, languageName, useText } from './texts';

/** "Frau Berger · Bauvoranfrage": who it is and what it is about, as far as it is known. */
export function ticketTitle(text: Texts<Key>, t: ClerkTicket): string {
  return [t.name, text.of(t.topic_name)].filter(Boolean).join(' · ') || text('ticket.noTopic');
}

/** Camera and microphone in as few words as will do; empty if nothing was tried. */
export function checkWords(text: Texts<Key>, t: ClerkTicket): string[] {
  if (t.text_only) return [text('ticket.textOnly')];
  if (t.camera === 'ready' && t.microphone === 'ready') return [text('ticket.both.ready')];
  const words: string[] = [];
  if (t.camera) words.push(text(`ticket.camera.${t.camera}`));
  if (t.microphone) words.push(text(`ticket.microphone.${t.microphone}`));
  return words;
}

/** What matters for calling: the waiting time first, then what is special. */
export function ticketWords(text: Texts<Key>, t: ClerkTicket, now: number): string[] {
  const words = [text(t.state === 'parked' ? 'ticket.here' : 'ticket.waits', { n: minutesSince(t.since, now) })];
  const language = t.lang?.split('-')[0];
  if (language && language !== 'de') words.push(languageName(language, text.lang));
  words.push(...checkWords(text, t));
  if (t.calls) words.push(text('ticket.calls', { n: t.calls }));
  return words.filter(Boolean);
}

/** Marks that explain why somebody is passed over. */
export function ticketMarks(text: Texts<Key>, t: ClerkTicket): string[] {
  const marks: string[] = [];
  if (t.silent) marks.push(text('ticket.silent'));
  if (t.deferred) marks.push(text('ticket.deferred'));
  return marks;
}

export function TicketText({ ticket, now }: { ticket: ClerkTicket; now: number }) {
  const text = useText();
  const marks = ticketMarks(text, ticket);
  return (
    <span class="about small muted">
      {ticketWords(text, ticket, now).join(' · ')}
      {marks.length > 0 && (
        <span class="marks">
          {marks.map((mark) => (
            <span key={mark} class="mark">
              {mark}
            </span>
          ))}
        </span>
      )}
    </span>
  );
}
