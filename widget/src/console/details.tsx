import type { ComponentChildren } from 'preact';
import { useWork } from './context.tsx';
import { minutesSince } from './office';
import { languageName, useText } from './texts';
import { interpreterText } from './ticket.tsx';

/** What the citizen has said, and nothing else: no name is required. */
export function Details() {
  const text = useText();
  const work = useWork();
  const current = work.current.value;
  const t = current?.ticket;
  return (
    <section class="details" aria-labelledby="details-title">
      <h2 id="details-title">{text('details.title')}</h2>
      {!t || !current ? (
        <p class="muted">{text('details.none')}</p>
      ) : (
        <dl>
          <Row name={text('details.number')}>
            <b class="number">{t.number}</b>
          </Row>
          <Row name={text('details.office')}>{text.of(current.office.name)}</Row>
          <Row name={text('details.topic')}>{text.of(t.topic_name) || text('ticket.noTopic')}</Row>
          <Row name={text('details.name')}>{t.name || <span class="muted">{text('details.noName')}</span>}</Row>
          {t.lang && <Row name={text('details.language')}>{languageName(t.lang, text.lang)}</Row>}
          <Row name={text('details.waited')}>
            {text('details.minutes', { n: minutesSince(t.since, waitedUntil(t.entered_at, work.client.clock.value)) })}
          </Row>
          {t.priority && <Row name={text('details.priority')}>{text('details.yes')}</Row>}
          {t.interpreter && <Row name={text('details.needs')}>{interpreterText(text, t.interpreter)}</Row>}
          {(t.wants || t.wants_me) && (
            <Row name={text('details.wants')}>{t.wants_me ? text('details.you') : t.wants}</Row>
          )}
          {t.from && <Row name={text('details.from')}>{text.of(t.from)}</Row>}
          {t.note && <Row name={text('details.note')}>{t.note}</Row>}
          {t.text_only ? (
            <Row name={text('details.part')}>{text('ticket.textOnly')}</Row>
          ) : (
            <>
              <Row name={text('details.camera')}>
                {t.camera ? text(`ticket.camera.${t.camera}`) : text('details.untested')}
              </Row>
              <Row name={text('details.microphone')}>
                {t.microphone ? text(`ticket.microphone.${t.microphone}`) : text('details.untested')}
              </Row>
            </>
          )}
        </dl>
      )}
    </section>
  );
}

function waitedUntil(entered: string | undefined, now: number): number {
  return entered ? Date.parse(entered) : now;
}

function Row({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt class="small">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
