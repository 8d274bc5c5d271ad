import { useMemo } from 'react';
import type { NodeFacts } from '#shared/domain/facts/index';
import type { ContainersFacts, ContainerToolkitFacts, DockerFacts } from '#shared/domain/facts/software';
import { type ModelServer, modelServersOf } from '#shared/domain/software/model-servers';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { KeyValueTable } from '../../../components/key-value-table';
import { Value, ValueSourceProvider } from '../../../components/value';
import classes from '../node.module.css';
import { factsOf } from '../node-results';
import { useResults } from '../probe-section';
import { SubHead } from './sub-head';

export function DockerView({ facts }: { facts: DockerFacts }) {
  const { t } = useWords();
  const cgroup = [facts.cgroupDriver, facts.cgroupVersion && `v${facts.cgroupVersion}`].filter(Boolean).join(', ');
  const rows = [
    ['server', facts.serverVersion, 'serverVersion'],
    ['defaultRuntime', facts.defaultRuntime, 'defaultRuntime'],
    ['runtimes', facts.runtimes.join(', '), 'runtimes'],
    ['cgroup', cgroup, 'cgroupDriver'],
    ['storageDriver', facts.storageDriver, 'storageDriver'],
    ['cdiFolders', facts.cdiSpecDirs.join(', '), 'cdiSpecDirs'],
  ] as const;
  return (
    <>
      <KeyValueTable
        rows={rows.map(([word, value, path]) => ({
          label: t(`software.${word}`),
          value: <Value value={value} path={path} />,
        }))}
      />
      <SubHead>{t('software.containers')}</SubHead>
      {facts.containers ? (
        <Containers containers={facts.containers} withStatus />
      ) : (
        <p className="dim">{t('software.containersUnknown')}</p>
      )}
    </>
  );
}

type Container = NonNullable<DockerFacts['containers']>[number] | ContainersFacts['containers'][number];

function Containers({ containers, withStatus }: { containers: readonly Container[]; withStatus?: boolean }) {
  const { t } = useWords();
  const column = (id: 'container' | 'image' | 'ports' | 'state', field: 'name' | 'image' | 'ports' | 'state') => ({
    id,
    header: t(`software.${id}`),
    ...(id === 'image' ? { isWide: true } : {}),
    cell: (row: Container, index: number) => <Value value={row[field]} path={`containers.${index}.${field}`} />,
  });
  return (
    <FactTable
      label={t('software.containers')}
      rows={containers}
      rowKey={(container) => container.id}
      empty={t('software.noContainers')}
      columns={[
        column('container', 'name'),
        column('image', 'image'),
        column('ports', 'ports'),
        withStatus
          ? {
              id: 'status',
              header: t('software.status'),
              cell: (row, index) => (
                <Value value={'status' in row ? row.status : null} path={`containers.${index}.status`} />
              ),
            }
          : column('state', 'state'),
      ]}
    />
  );
}

export function ContainerTable({ facts }: { facts: ContainersFacts }) {
  const { t } = useWords();
  return (
    <>
      <KeyValueTable
        rows={[
          {
            label: t('software.containerd'),
            value: <Value value={facts.containerdVersion} path="containerdVersion" />,
          },
          { label: t('software.podman'), value: <Value value={facts.podmanVersion} path="podmanVersion" /> },
        ]}
      />
      {facts.containers.length > 0 && <Containers containers={facts.containers} />}
    </>
  );
}

export function ToolkitView({ facts }: { facts: ContainerToolkitFacts }) {
  const { t } = useWords();
  const files = facts.cdiFiles.map(({ path, driverVersion }) =>
    driverVersion === null ? path : t('software.cdiFile', { path, driver: driverVersion }),
  );
  return (
    <KeyValueTable
      rows={[
        { label: t('software.version'), value: <Value value={facts.version} path="version" /> },
        {
          label: t('software.cdiDevices'),
          value: <Value value={facts.cdiDevices.join(', ')} path="cdiDevices" isClamped />,
        },
        { label: t('software.cdiFiles'), value: <Value value={files.join(', ')} path="cdiFiles" isClamped /> },
      ]}
    />
  );
}

const servers = ['docker', 'containers', 'processes'] as const;
const titles = {
  vllm: 'vLLM',
  triton: 'Triton',
  sglang: 'SGLang',
  tgi: 'TGI',
  ollama: 'Ollama',
  'llama.cpp': 'llama.cpp',
  nim: 'NIM',
};

/** Model servers in containers and beside them, from three probes together; nothing until one of them was read. */
export function ModelServers() {
  const { t } = useWords();
  const { results, infos } = useResults();
  const found = useMemo(() => {
    const facts = Object.fromEntries(servers.map((id) => [id, factsOf(id, results.get(id)) ?? undefined]));
    return modelServersOf(facts as NodeFacts);
  }, [results]);
  if (servers.every((id) => results.get(id)?.state !== 'ok')) return null;
  // A tool that is not there has nothing to tell; one that may not be asked, or was silent, may have a server.
  const unread = servers.filter((id) => {
    const result = results.get(id);
    return result && result.state !== 'missing-tool' && (result.state !== 'ok' || result.reason !== null);
  });
  const value = (server: ModelServer, text: string | null) => {
    const result = results.get(server.probeId);
    return (
      <ValueSourceProvider value={result ? { result, info: infos.get(server.probeId) } : null}>
        <Value value={text} path={server.factPath} />
      </ValueSourceProvider>
    );
  };
  return (
    <section className={classes.section} aria-label={t('software.servers')}>
      <div className={classes.sectionHead}>
        <h2>{t('software.servers')}</h2>
      </div>
      <FactTable
        label={t('software.servers')}
        rows={found}
        rowKey={(server) => `${server.probeId} ${server.factPath}`}
        empty={unread.length > 0 ? '—' : t('software.noServers')}
        columns={[
          { id: 'kind', header: t('software.serverKind'), cell: ({ kind }) => titles[kind] },
          { id: 'name', header: t('software.container'), cell: (server) => value(server, server.name) },
          {
            id: 'image',
            header: t('software.runsAs'),
            isWide: true,
            cell: (server) => value(server, server.image ?? t('software.process')),
          },
          { id: 'ports', header: t('software.ports'), cell: (server) => value(server, server.ports) },
        ]}
      />
      {unread.length > 0 && <p className="dim">{t('software.serversUnread', { probes: unread.join(', ') })}</p>}
    </section>
  );
}
