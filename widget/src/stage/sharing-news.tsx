// In words: who shows something, who would like to, and the clerk's answer to it.
import { useEffect, useRef } from 'preact/hooks';
import type { Participant } from '../client/protocol.ts';
import type { Conversation } from '../media/conversation.ts';
import { Button } from '../ui/button.tsx';
import { nameOf, useStage } from './context.ts';
import { type ShareTexts, useShareText } from './share-texts.ts';
import { showing } from './sharing.ts';
import { ShowButtons } from './show.tsx';

export function SharingNews() {
  const t = useShareText();
  const { conversation, awaited, say } = useStage();
  const lines = conversation ? linesOf(conversation, t, awaited) : [];
  const words = lines.map((line) => line.text).join(' ');
  const seen = lines.some((line) => line.what === 'own' || line.what === 'heard');
  const before = useRef(false);
  useEffect(() => {
    if (words) say(words);
    else if (before.current) say(t('share.over'));
    before.current = seen;
  }, [words]);
  const shown = lines.filter((line) => line.what !== 'heard');
  if (!conversation || shown.length === 0) return null;
  return (
    <div class="sharing-news">
      {shown.map((line) => (
        <div key={line.key} class="sharing-line">
          <p>{line.text}</p>
          <Answers conversation={conversation} line={line} />
        </div>
      ))}
    </div>
  );
}

interface Line {
  key: string;
  text: string;
  /** heard: only said, for the shared picture has it as text. */
  what: 'own' | 'allowed' | 'trouble' | 'asks' | 'may' | 'heard' | 'words';
  who?: Participant;
}

function linesOf(conversation: Conversation, t: ShareTexts, awaited: string): Line[] {
  const own = conversation.own.value;
  const { sharing } = conversation;
  const lines: Line[] = [];
  const mine = showing(own, sharing.kind.value, sharing.trouble.value);
  const clerk = conversation.others.value.find((o) => o.participant.side === 'clerk')?.participant;
  const name = clerk ? nameOf(clerk, awaited, t) : t('stage.role.clerk');
  switch (mine.kind) {
    case 'own':
      lines.push({ key: 'own', what: 'own', text: t(mine.camera ? 'share.own_document' : 'share.own_screen') });
      break;
    case 'asked':
      lines.push({ key: 'own', what: 'words', text: t('share.asked', { name }) });
      break;
    case 'allowed':
      lines.push({ key: 'own', what: 'allowed', text: t('share.allowed', { name }) });
      break;
    case 'declined':
      lines.push({ key: 'own', what: 'words', text: t('share.declined') });
      break;
    case 'trouble':
      lines.push({ key: 'own', what: 'trouble', text: t(`share.trouble.${mine.trouble}`) });
      break;
    case 'nothing':
      break;
  }
  for (const { participant: who } of conversation.others.value) {
    const values = { name: nameOf(who, awaited, t) };
    const decides = own?.side === 'clerk';
    if (who.screen) {
      const text = t(who.second_camera ? 'share.shows_document' : 'share.shows_screen', values);
      lines.push({ key: who.id, what: 'heard', text });
    } else if (decides && who.here && who.screen_leave === 'asked') {
      lines.push({ key: who.id, what: 'asks', who, text: t('share.asks', values) });
    } else if (decides && who.here && who.screen_leave === 'allowed') {
      lines.push({ key: who.id, what: 'may', who, text: t('share.may', values) });
    }
  }
  return lines;
}

function Answers({ conversation, line }: { conversation: Conversation; line: Line }) {
  const t = useShareText();
  const id = line.who?.id ?? '';
  const allow = (on: boolean) => () => conversation.allowScreen(id, on);
  switch (line.what) {
    case 'own':
      return (
        <Button kind="danger" icon="cross" onClick={() => conversation.sharing.stop()}>
          {t('stage.stop')}
        </Button>
      );
    case 'allowed':
      return <ShowButtons />;
    case 'trouble':
      return (
        <Button kind="ghost" onClick={() => conversation.sharing.stop()}>
          {t('share.ok')}
        </Button>
      );
    case 'asks':
      return (
        <>
          <Button onClick={allow(true)}>{t('share.allow')}</Button>
          <Button kind="ghost" onClick={allow(false)}>
            {t('share.decline')}
          </Button>
        </>
      );
    case 'may':
      return (
        <Button kind="ghost" onClick={allow(false)}>
          {t('share.take_back')}
        </Button>
      );
    case 'heard':
    case 'words':
      return null;
  }
}
