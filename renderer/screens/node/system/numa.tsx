import type { NumaFacts } from '#shared/domain/facts/system';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { Value } from '../../../components/value';
import classes from './system.module.css';

export function Numa({ facts }: { facts: NumaFacts }) {
  const { t } = useWords();
  const { nodes } = facts;
  const hasDistances = nodes.length > 1 && nodes.every(({ distances }) => distances.length === nodes.length);
  return (
    <>
      <FactTable
        label={t('nodeScreen.numa.title')}
        rows={nodes}
        rowKey={(node) => node.id}
        empty={t('nodeScreen.numa.none')}
        columns={[
          {
            id: 'node',
            header: t('nodeScreen.numa.node'),
            cell: (node, index) => <Value value={node.id} unit="count" path={`nodes.${index}.id`} />,
          },
          {
            id: 'cpus',
            header: t('nodeScreen.numa.cpus'),
            isWide: true,
            cell: (node, index) =>
              node.cpus === '' ? (
                <span className="dim">{t('systemTab.numa.memoryOnly')}</span>
              ) : (
                <Value value={node.cpus} path={`nodes.${index}.cpus`} />
              ),
          },
          {
            id: 'memory',
            header: t('nodeScreen.numa.memory'),
            isNumeric: true,
            cell: (node, index) => (
              <Value value={node.memoryTotalBytes} unit="bytes" path={`nodes.${index}.memoryTotalBytes`} />
            ),
          },
          {
            id: 'free',
            header: t('nodeScreen.numa.free'),
            isNumeric: true,
            cell: (node, index) => (
              <Value value={node.memoryFreeBytes} unit="bytes" path={`nodes.${index}.memoryFreeBytes`} />
            ),
          },
        ]}
      />
      {hasDistances && <Distances nodes={nodes} />}
    </>
  );
}

/** What memory of another node costs, as the firmware tells it: 10 is the node's own. */
function Distances({ nodes }: { nodes: NumaFacts['nodes'] }) {
  const { t } = useWords();
  const farthest = Math.max(...nodes.flatMap(({ distances }) => distances));
  // Darker is nearer, as in the picture of the GPUs: an order, no state.
  const near = (distance: number) => (farthest <= 10 ? 5 : Math.round(4 - ((distance - 10) / (farthest - 10)) * 3));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <div className={classes.distances} tabIndex={0}>
      <table aria-label={t('systemTab.numa.distances')}>
        <caption>{t('systemTab.numa.distances')}</caption>
        <thead>
          <tr>
            <td />
            {nodes.map(({ id }) => (
              <th key={id} scope="col">
                {id}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {nodes.map((node, index) => (
            <tr key={node.id}>
              <th scope="row">{node.id}</th>
              {node.distances.map((distance, to) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the columns of a matrix have no name but their place
                <td key={to} data-near={near(distance)}>
                  <Value value={distance} unit="count" path={`nodes.${index}.distances`} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
