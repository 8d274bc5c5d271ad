import { Button, Checkbox, Menu } from '@mantine/core';
import { IconFlag } from '@tabler/icons-react';
import { annotationKinds } from '#shared/domain/telemetry/annotation';
import { useWords } from '../../app/i18n';
import { useMetricsView } from '../../stores/metrics-view-store';

/** What of that which happened is on the axis. */
export function AnnotationMenu() {
  const { t } = useWords();
  const kindsOff = useMetricsView((state) => state.kindsOff);
  return (
    <Menu closeOnItemClick={false}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconFlag size={14} aria-hidden />}>
          {t('charts.annotations')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {annotationKinds.map((kind) => (
          <Menu.Item
            key={kind}
            role="menuitemcheckbox"
            aria-checked={!kindsOff.has(kind)}
            leftSection={<Checkbox.Indicator checked={!kindsOff.has(kind)} size="xs" />}
            onClick={() =>
              useMetricsView.setState((state) => {
                const next = new Set(state.kindsOff);
                if (!next.delete(kind)) next.add(kind);
                return { kindsOff: next };
              })
            }
          >
            {t(`charts.annotationKind.${kind}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
