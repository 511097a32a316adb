// The ways in: with picture and sound, with sound alone, by text.
import type { Ref } from 'preact';
import { Button } from '../ui/button.tsx';
import type { IconName } from '../ui/icon.tsx';
import { useApp } from './context.ts';
import type { Manner } from './talk.ts';
import { type Key, useT } from './texts.ts';

const WAYS: readonly { manner: Manner; icon: IconName; key: Key }[] = [
  { manner: 'picture', icon: 'forward', key: 'action.enter' },
  { manner: 'sound', icon: 'camera-off', key: 'action.enter_silent' },
  { manner: 'text', icon: 'text', key: 'action.enter_text' },
];

/** Who wants to talk by text finds that first. `first` gets the first button. */
export function Ways({ byText, first }: { byText: boolean | undefined; first?: Ref<HTMLButtonElement> }) {
  const t = useT();
  const app = useApp();
  const ways = byText ? [...WAYS].reverse() : WAYS;
  return (
    <>
      {ways.map(({ manner, icon, key }, i) => (
        <Button
          key={manner}
          {...(i === 0 && first ? { element: first } : {})}
          kind={i === 0 ? 'primary' : 'ghost'}
          icon={icon}
          onClick={() => app.enter(manner)}
        >
          {t(key)}
        </Button>
      ))}
    </>
  );
}
