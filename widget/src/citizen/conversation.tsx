// The conversation as the citizen has it: the stage, and around it the office, the number, the time and the way out.

import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { CitizenTicket } from '../client/protocol.ts';
import { StageProvider } from '../stage/context.ts';
import { watchFull } from '../stage/full.ts';
import { LineNotice, Volume } from '../stage/line.tsx';
import { Lost } from '../stage/lost.tsx';
import { MishapNotice } from '../stage/mishap.tsx';
import { usePrefetch } from '../stage/prefetch.ts';
import { Stage } from '../stage/stage.tsx';
import { StageView } from '../stage/view.ts';
import { Timer } from '../ui/timer.tsx';
import { Bar } from './bar.tsx';
import { Heading } from './card.tsx';
import { Trouble } from './check.tsx';
import { useApp, useNow } from './context.ts';
import { Contact } from './links.tsx';
import { Part } from './part.tsx';
import { useT } from './texts.ts';

export function ConversationScreen({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  const app = useApp();
  const now = useNow(app, true);
  const conversation = app.talk.conversation.value ?? undefined;
  const seen = conversation?.room.value;
  const office = t.of(seen?.office) || t.of(ticket.office_name);
  const clerk = ticket.call?.clerk ?? '';
  const begun = ticket.call?.entered_at ?? seen?.started_at;
  const view = useMemo(() => new StageView(), []);
  const full = app.full.value;
  const setFull = (on: boolean) => {
    app.full.value = on;
    app.host.full(on);
  };
  useEffect(() => {
    if (!app.host.framed) return watchFull(() => setFull(false));
  }, [app]);
  const guests = (seen?.guests ?? []).some((g) => g.state === 'waiting' || g.state === 'admitted');
  usePrefetch(conversation, () => app.later.want());
  const room = {
    conversation,
    devices: app.devices,
    view,
    office,
    awaited: clerk,
    textOnly: ticket.text_only ? ('own' as const) : undefined,
    say: (text: string) => app.announcer.say(text),
    full,
    toggleFull: () => setFull(!full),
  };

  const parts = app.later.parts.value;
  const first = useRef(clerk); // somebody else may go on before the words for it are here
  first.current ||= clerk;
  const colleagues = seen?.moment || seen?.colleague || parts || clerk !== first.current;
  const blank = (id: string) => (id === 'clerk' && parts && seen?.moment ? t('moment.title') : undefined);
  return (
    <section class={`conversation${full ? ' full' : ''}`} aria-label={t('conv.title', { office })}>
      <header class="stage-top">
        <Heading>{office}</Heading>
        <span>{clerk}</span>
        <span class="number">{ticket.number}</span>
        {begun && <Timer seconds={(now - Date.parse(begun)) / 1000} label={t('conv.time')} />}
      </header>
      {colleagues && <Part>{(parts) => <parts.Colleagues ticket={ticket} first={first.current} />}</Part>}
      <StageProvider value={room}>
        <Stage blank={blank} />
        {(guests || parts) && <Part>{(parts) => <parts.Guests office={office} />}</Part>}
        <div class="stage-notes">
          {conversation && (
            <>
              <Lost conversation={conversation}>
                <Contact office={ticket.office} />
              </Lost>
              <LineNotice conversation={conversation} devices={app.devices} />
            </>
          )}
          <Trouble />
          <MishapNotice devices={app.devices} />
        </div>
        <Bar ticket={ticket} />
      </StageProvider>
      <p class="stage-foot small">
        {t('privacy.norecord')} {conversation && <Volume conversation={conversation} />}
      </p>
    </section>
  );
}
