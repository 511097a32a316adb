// What is needed now and then: a further row of the bar.
import { Button } from '../ui/button.tsx';
import { nameOf, useStage } from './context.ts';
import { useShareText } from './share-texts.ts';
import { DocumentButton } from './show.tsx';

/** What is needed now and then. */
export function MoreButtons() {
  const t = useShareText();
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
    <>
      <Button
        icon="hand"
        kind={signing ? 'primary' : 'ghost'}
        class={signing ? 'on' : 'off'}
        pressed={signing}
        onClick={() => {
          conversation.signing.value = !signing;
        }}
      >
        {t('share.i_sign')}
      </Button>
      <DocumentButton />
      {devices.canTurn.value && (
        <Button icon="turn" kind="ghost" class="off" onClick={() => devices.turn()}>
          {t('share.turn')}
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
          {t(hidden ? 'share.own_show' : 'share.own_hide')}
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
          {t('share.let_show', { name: nameOf(participant, awaited, t) })}
        </Button>
      ))}
    </>
  );
}
