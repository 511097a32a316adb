// A line that does not come back: what one can do. The page goes on trying all the while.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Conversation } from '../media/conversation.ts';
import { Button } from '../ui/button.tsx';
import { useStageText } from './texts.ts';

/** Until then the words over the picture are enough. */
const LONG_MS = 15_000;

/** `children`: other ways to reach each other, such as the telephone. */
export function Lost({ conversation, children }: { conversation: Conversation; children?: ComponentChildren }) {
  const t = useStageText();
  const { kind } = conversation.state.value;
  const gone = kind === 'reconnecting' || kind === 'connecting';
  const [long, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (!gone) return;
    const timer = setTimeout(() => setLong(true), LONG_MS);
    return () => clearTimeout(timer);
  }, [gone]);
  if (!gone || !long) return <div role="alert" />;
  return (
    <div role="alert" class="lost">
      <p class="sub-heading">{t('stage.lost_title')}</p>
      <p>{t('stage.lost_text')}</p>
      <ul>
        <li>{t('stage.lost_net')}</li>
        <li>{t('stage.lost_flight')}</li>
      </ul>
      <div class="actions">
        <Button kind="ghost" onClick={() => conversation.again()}>
          {t('stage.lost_now')}
        </Button>
      </div>
      {children}
    </div>
  );
}
