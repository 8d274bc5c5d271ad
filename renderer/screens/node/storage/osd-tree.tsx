import type { CephFacts } from '#shared/domain/facts/storage-services';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { Value } from '../../../components/value';
import classes from './storage.module.css';

type TreeNode = CephFacts['tree'][number];

interface Bucket {
  readonly node: TreeNode | null;
  readonly path: string;
  readonly osds: readonly TreeNode[];
}

/** Sixty OSDs on a few lines: each a cell that fills as its disk does, on the line of what holds it. */
export function OsdTree({ tree }: { tree: CephFacts['tree'] }) {
  const { t } = useWords();
  const format = useFormat();
  return (
    <div>
      {bucketsOf(tree).map(({ node, path, osds }) => {
        const up = osds.filter(({ status }) => status === 'up').length;
        const used = osds.reduce((sum, { usedBytes }) => sum + (usedBytes ?? 0), 0);
        const total = osds.reduce((sum, { totalBytes }) => sum + (totalBytes ?? 0), 0);
        return (
          <div key={path} className={classes.host}>
            <span style={{ paddingLeft: (node?.depth ?? 0) * 12 }}>
              <Value value={node?.name ?? '—'} path={path} />{' '}
              <span className="dim">
                {osds.length === 0
                  ? node?.kind
                  : t('storage.hostOsds', {
                      up,
                      total: osds.length,
                      percent: total > 0 ? format.number((100 * used) / total, 0) : '?',
                    })}
              </span>
            </span>
            <span className={classes.cells}>
              {osds.map((osd) => (
                <Osd key={osd.id} osd={osd} />
              ))}
            </span>
          </div>
        );
      })}
    </div>
  );
}

/** OSDs stand with the bucket before them; those that come first, with none. */
function bucketsOf(tree: readonly TreeNode[]): Bucket[] {
  const buckets: Array<{ node: TreeNode | null; path: string; osds: TreeNode[] }> = [];
  for (const [index, node] of tree.entries()) {
    const last = buckets.at(-1);
    if (node.kind !== 'osd') buckets.push({ node, path: `tree.${index}`, osds: [] });
    else if (last && (last.node === null || last.node.depth < node.depth)) last.osds.push(node);
    else buckets.push({ node: null, path: `tree.${index}`, osds: [node] });
  }
  return buckets;
}

function Osd({ osd }: { osd: TreeNode }) {
  const { t } = useWords();
  const { name, status, reweight, usedBytes, totalBytes, deviceClass } = osd;
  const state = status !== null && status !== 'up' ? 'down' : reweight === 0 ? 'out' : 'up';
  const percent = usedBytes !== null && totalBytes ? Math.round((100 * usedBytes) / totalBytes) : null;
  const words = t(`storage.${state}`);
  const label =
    percent === null
      ? t('storage.osdLabelBare', { name, status: words })
      : t('storage.osdLabel', { name, status: words, percent });
  return (
    <span
      className={classes.osd}
      data-state={state}
      role="img"
      aria-label={label}
      title={deviceClass === null ? label : `${label} (${deviceClass})`}
    >
      {percent !== null && state === 'up' && <i style={{ height: `${percent}%`, width: '100%' }} />}
      {state !== 'up' && <b aria-hidden>{state === 'down' ? '×' : '–'}</b>}
    </span>
  );
}
