import { ActionIcon, Tooltip } from '@mantine/core';
import type { TablerIcon } from '@tabler/icons-react';

interface IconControlProps {
  icon: TablerIcon;
  label: string;
  onClick: () => void;
}

/** A button of a drawing: its name shows when it is pointed at. */
export function IconControl({ icon: Icon, label, onClick }: IconControlProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={onClick}>
        <Icon size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
