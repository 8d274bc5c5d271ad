import { Button, type ButtonProps } from '@mantine/core';
import { IconStack2 } from '@tabler/icons-react';
import { useWords } from '../app/i18n';
import { navigate } from '../app/router';

/** Leads to one action on all of these nodes; nothing is done before it was planned and confirmed there. */
export function RollButton({ hostIds, size }: { hostIds: readonly string[] } & Pick<ButtonProps, 'size'>) {
  const { t } = useWords();
  return (
    <Button
      variant="default"
      size={size}
      leftSection={<IconStack2 size={14} aria-hidden />}
      onClick={() => navigate({ screen: 'work', section: 'rollouts', rolloutId: 'new', hostIds: hostIds.join(',') })}
    >
      {t('rollouts.onThese')}
    </Button>
  );
}
