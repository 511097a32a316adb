// The conversation's screen, the same for every side: the pictures with their names, the state in words, the sound of
// all, and the panels. What only one side has (the number, the ways out) stands around it, in that side's app.
import type { ComponentChildren } from 'preact';
import { Icon } from '../ui/icon.tsx';
import { StageProvider, type StageRoom, useStage } from './context.ts';
import { OwnTile } from './own.tsx';
import { OtherTile } from './picture.tsx';
import { Sound } from './sound.tsx';
import { useWords } from './words.ts';

interface StageProps {
  room: StageRoom;
  /** Stands in place of the pictures while nobody is to be seen yet. */
  instead?: ComponentChildren;
  /** What the app says in place of somebody's absent picture, if it knows more. */
  blank?: ((participant: string) => string | undefined) | undefined;
}

export function Stage({ room, instead, blank }: StageProps) {
  const shown = instead !== undefined && instead !== null;
  return (
    <StageProvider value={room}>
      <div class="stage">
        {shown ? <Instead>{instead}</Instead> : <Scene blank={blank} />}
        <Panels />
      </div>
    </StageProvider>
  );
}

function Instead({ children }: { children: ComponentChildren }) {
  const { devices } = useStage();
  return (
    <div class="scene instead">
      {children}
      <OwnTile devices={devices} class="self" />
    </div>
  );
}

function Scene({ blank }: Pick<StageProps, 'blank'>) {
  const { conversation, devices } = useStage();
  const words = useWords();
  const others = conversation?.others.value ?? [];
  return (
    <>
      <div class={`scene many-${Math.min(6, Math.max(1, others.length))}`}>
        {others.map((other) => (
          <OtherTile key={other.participant.id} other={other} blank={blank?.(other.participant.id)} />
        ))}
        {others.length === 0 && (
          <div class="tile empty">
            <div class="nobody">
              <Icon name="person" />
            </div>
          </div>
        )}
        {words && (
          <p class="stage-words">
            <span class="waiting-dot" aria-hidden="true" />
            {words}
          </p>
        )}
        {devices.camera.value && <OwnTile devices={devices} class="self" />}
      </div>
      {conversation && <Sound conversation={conversation} />}
    </>
  );
}

/** Below the pictures: text, captions, guests. Each is a component of its own, in a file of its own. */
function Panels() {
  return <div class="stage-panels" />;
}
