// The conversation's screen, the same for every side: the pictures with their names, what is shared, the state in words,
// the sound of all, and the panels. What only one side has (the number, the ways out) stands around it, in that side's
// app. Belongs into a StageProvider.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { useLoaded } from '../ui/loaded.ts';
import { useStage } from './context.ts';
import { loadShare } from './load-share.ts';
import { OwnTile } from './own.tsx';
import { OwnPicture } from './own-picture.tsx';
import { loadCaptions, loadText, Panel } from './panel.tsx';
import { captionsOn, textOpen, textUnread } from './panels.ts';
import { OtherTile } from './picture.tsx';
import { shares } from './sharing.ts';
import { Sound } from './sound.tsx';
import { useStageText } from './texts.ts';
import { layoutOf, pinned } from './view.ts';
import { useWords } from './words.ts';

interface StageProps {
  /** Stands in place of the pictures while nobody is to be seen yet. */
  instead?: ComponentChildren;
  /** What the app says in place of somebody's absent picture, if it knows more. */
  blank?: ((participant: string) => string | undefined) | undefined;
}

export function Stage({ instead, blank }: StageProps) {
  const shown = instead !== undefined && instead !== null;
  return (
    <div class="stage">
      {shown ? <Instead>{instead}</Instead> : <Scene blank={blank} />}
      <Panels />
    </div>
  );
}

function Instead({ children }: { children: ComponentChildren }) {
  const { devices } = useStage();
  return (
    <div class="scene instead">
      {children}
      {devices.camera.value && <OwnTile devices={devices} class="self at-bottom-right" />}
    </div>
  );
}

function Scene({ blank }: Pick<StageProps, 'blank'>) {
  const { conversation, devices, view } = useStage();
  const words = useWords();
  const others = conversation?.others.value ?? [];
  const screens = conversation?.screens.value ?? [];
  const share = useLoaded(loadShare, conversation !== undefined && shares(conversation));
  const Screen = share.part?.ScreenTile;
  const t = useStageText();
  const pin = pinned(view.pin.value, others);
  useEffect(() => conversation?.pin(pin ?? ''), [conversation, pin]); // on a narrow line it goes first
  const own = devices.camera.value !== null && !view.ownHidden.value;
  const is = { pinned: pin !== undefined, sharing: screens.length > 0, own, corner: view.corner.value };
  const layout = layoutOf(Math.max(1, others.length), is);
  const enlarged = is.sharing && view.enlarged.value;
  const marks = [
    'scene',
    `rest-${layout.rest}`,
    is.pinned && 'pinned',
    is.sharing && 'sharing',
    enlarged && 'enlarged',
  ];
  return (
    <div class={is.pinned ? 'stage-middle with-pin' : 'stage-middle'}>
      <div class="stage-over">
        {words && (
          <p class="stage-words">
            <span class="waiting-dot" aria-hidden="true" />
            {words}
          </p>
        )}
        {share.part && <share.part.SharingNews />}
        {share.failed && (
          <Alert>
            {t('stage.not_loaded')} <Button onClick={share.again}>{t('stage.load_again')}</Button>
          </Alert>
        )}
      </div>
      <div class={marks.filter(Boolean).join(' ')}>
        {Screen &&
          screens.map((shown, i) => <Screen key={`screen ${shown.participant.id}`} shown={shown} behind={i > 0} />)}
        {others.map((other) => (
          <OtherTile
            key={other.participant.id}
            other={other}
            pinned={other.participant.id === pin}
            blank={blank?.(other.participant.id)}
          />
        ))}
        {others.length === 0 && (
          <div class="tile empty">
            <div class="nobody">
              <Icon name="person" />
            </div>
          </div>
        )}
        {own && <OwnPicture layout={layout} />}
      </div>
      {conversation && <Sound conversation={conversation} />}
    </div>
  );
}

/** Below the pictures: text, captions, guests. Each is a component of its own, in a file of its own. */
function Panels() {
  useOpenForText();
  const t = useStageText();
  const { conversation, say } = useStage();
  const captioned = conversation?.room.value?.captioned === true;
  useEffect(() => {
    if (captioned) say(t('stage.captioned'));
  }, [captioned]);
  return (
    <div class="stage-panels">
      {captionsOn.value && conversation && <Panel load={loadCaptions} />}
      {captioned && <p class="stage-captioned small">{t('stage.captioned')}</p>}
      {textOpen.value && <Panel load={loadText} />}
    </div>
  );
}

/** The text opens by itself, without taking the focus: for those who live by it, and when somebody writes. Whoever closes
 * it is told by the switch that there is more. */
function useOpenForText(): void {
  const { conversation, textOnly } = useStage();
  const lines = conversation?.text.lines.value ?? [];
  const others = lines.filter((line) => line.participant !== '');
  const last = others.at(-1);
  const [closed, setClosed] = useState(false);
  useEffect(() => {
    textOpen.value = false;
    setClosed(false);
  }, [conversation]);
  useEffect(() => {
    if (textOnly) textOpen.value = true; // whoever speaks after all finds it still open
  }, [conversation, textOnly]);
  useEffect(() => {
    if (textOpen.value) textUnread.value = false;
    else if (others.length > 0) setClosed(true);
  }, [textOpen.value]);
  useEffect(() => {
    if (!last || textOpen.peek()) return;
    if (closed) textUnread.value = true;
    else textOpen.value = true;
  }, [last?.id, last?.text]);
}
