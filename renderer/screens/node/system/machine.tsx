import type { MachineFacts } from '#shared/domain/facts/platform';
import { useWords } from '../../../app/i18n';
import { KeyValueTable } from '../../../components/key-value-table';
import { Value } from '../../../components/value';

export function Machine({ facts }: { facts: MachineFacts }) {
  const { t } = useWords();
  const { system, board, chassis, bios } = facts;
  const joined = (...words: ReadonlyArray<string | null>) => words.filter(Boolean).join(' ') || null;
  const rows = [
    ['product', joined(system.manufacturer, system.product), 'system.product'],
    ['serial', system.serial, 'system.serial'],
    ['sku', system.sku, 'system.sku'],
    ['uuid', system.uuid, 'system.uuid'],
    ['board', joined(board.manufacturer, board.product), 'board.product'],
    ['boardSerial', board.serial, 'board.serial'],
    ['chassis', chassis.type, 'chassis.type'],
    ['chassisSerial', chassis.serial, 'chassis.serial'],
    ['assetTag', chassis.assetTag, 'chassis.assetTag'],
    ['bios', joined(bios.vendor, bios.version), 'bios.version'],
    ['biosDate', bios.releaseDate, 'bios.releaseDate'],
  ] as const;
  return (
    <KeyValueTable
      rows={rows.map(([name, value, path]) => ({
        label: t(`systemTab.machine.${name}`),
        value: <Value value={value} path={path} isMono={name === 'uuid'} />,
      }))}
    />
  );
}
