// What a device did by itself, in words.
import type { Devices } from '../media/devices.ts';
import { Icon } from '../ui/icon.tsx';
import { useStageText } from './texts.ts';

export function MishapNotice({ devices }: { devices: Devices }) {
  const t = useStageText();
  const mishap = devices.mishap.value;
  return (
    <div role="status">
      {mishap && (
        <p class="notice small">
          <Icon name={mishap.kind === 'camera' ? 'camera' : 'microphone'} />
          <span>
            {t(`stage.mishap.${mishap.kind}.${mishap.what}`, { label: mishap.label || t('stage.mishap.other') })}
          </span>
        </p>
      )}
    </div>
  );
}
