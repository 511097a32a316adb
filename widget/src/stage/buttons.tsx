// The buttons of the bar that every side has. The app puts its own beside them.
import type { ComponentChildren } from 'preact';
import { Button } from '../ui/button.tsx';
import { useLoaded } from '../ui/loaded.ts';
import { useStage } from './context.ts';
import { loadShare } from './load-share.ts';
import { DeviceButtons } from './own.tsx';
import { ScreenButton } from './screen-button.tsx';
import { useStageText } from './texts.ts';

interface StageButtonsProps {
  /** Further buttons that are needed all the time, and now and then. */
  children?: ComponentChildren;
  more?: ComponentChildren;
}

export function StageButtons({ children, more: further }: StageButtonsProps) {
  const t = useStageText();
  const { devices, view } = useStage();
  const more = view.more.value;
  return (
    <>
      <DeviceButtons devices={devices} />
      <ScreenButton />
      {children}
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
      {more && <More>{further}</More>}
    </>
  );
}

function More({ children }: { children: ComponentChildren }) {
  const t = useStageText();
  const { part, failed, again } = useLoaded(loadShare, true);
  return (
    <fieldset class="more" aria-label={t('stage.more')}>
      {part ? <part.MoreButtons /> : <p role="status">{t(failed ? 'stage.not_loaded' : 'stage.loading')}</p>}
      {failed && <Button onClick={again}>{t('stage.load_again')}</Button>}
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
