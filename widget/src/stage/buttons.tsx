// The buttons of the bar that every side has. The app puts its own beside them.
import type { ComponentChildren } from 'preact';
import { Button } from '../ui/button.tsx';
import { nameOf, useStage } from './context.ts';
import { DeviceButtons } from './own.tsx';
import { DocumentButton, ScreenButton } from './show.tsx';
import { useStageText } from './texts.ts';

/** `more` are further buttons that are needed now and then. */
export function StageButtons({ more: further }: { more?: ComponentChildren }) {
  const t = useStageText();
  const { devices, view, conversation } = useStage();
  const more = view.more.value;
  return (
    <>
      <DeviceButtons devices={devices} />
      <ScreenButton />
      <Button
        icon="more"
        kind="ghost"
        class="off"
        expanded={more}
        onClick={() => {
          view.more.value = !more;
        }}
      >
        {t('stage.more')}
      </Button>
      {more && conversation && <MoreButtons>{further}</MoreButtons>}
    </>
  );
}

/** What is needed now and then. */
function MoreButtons({ children }: { children: ComponentChildren }) {
  const t = useStageText();
  const { conversation, devices, view, awaited } = useStage();
  if (!conversation) return null;
  const hidden = view.ownHidden.value;
  const signing = conversation.signing.value;
  const decides = conversation.own.value?.side === 'clerk';
  const quiet = conversation.others.value.filter(
    ({ participant: p }) =>
      decides && p.here && p.side !== 'clerk' && !p.screen && (p.screen_leave ?? '') !== 'allowed',
  );
  return (
    <fieldset class="more" aria-label={t('stage.more')}>
      <Button
        icon="hand"
        kind={signing ? 'primary' : 'ghost'}
        class={signing ? 'on' : 'off'}
        pressed={signing}
        onClick={() => {
          conversation.signing.value = !signing;
        }}
      >
        {t('stage.i_sign')}
      </Button>
      <DocumentButton />
      {devices.canTurn.value && (
        <Button icon="turn" kind="ghost" class="off" onClick={() => devices.turn()}>
          {t('stage.turn')}
        </Button>
      )}
      {devices.camera.value && (
        <Button
          icon="person"
          kind="ghost"
          class="off"
          onClick={() => {
            view.ownHidden.value = !hidden;
          }}
        >
          {t(hidden ? 'stage.own_show' : 'stage.own_hide')}
        </Button>
      )}
      {quiet.map(({ participant }) => (
        <Button
          key={participant.id}
          icon="screen"
          kind="ghost"
          class="off"
          onClick={() => conversation.allowScreen(participant.id, true)}
        >
          {t('stage.let_show', { name: nameOf(participant, awaited, t) })}
        </Button>
      ))}
      {children}
    </fieldset>
  );
}

/** The conversation in the whole window. */
export function FullButton() {
  const t = useStageText();
  const { full, toggleFull } = useStage();
  return (
    <Button icon={full ? 'shrink' : 'enlarge'} kind="ghost" class="off" onClick={toggleFull}>
      {t(full ? 'stage.small' : 'stage.full')}
    </Button>
  );
}
