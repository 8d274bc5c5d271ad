import type { GpuDriverFacts } from '#shared/domain/facts/gpu';
import type { CudaFacts, DockerFacts } from '#shared/domain/facts/software';
import { useWords } from '../../app/i18n';
import { FactTable } from '../../components/fact-table';
import { KeyValueTable } from '../../components/key-value-table';
import { Value, ValueSourceProvider } from '../../components/value';
import classes from './node.module.css';
import { factsOf } from './node-results';
import { ProbeSection, useResults } from './probe-section';

export function SoftwareTab() {
  const { t } = useWords();
  return (
    <>
      <div className={classes.columns}>
        <ProbeSection probeId="gpu-driver" title={t('nodeScreen.software.driver')}>
          {(facts) => <Driver facts={facts} />}
        </ProbeSection>
        <div className={classes.column}>
          <ProbeSection probeId="cuda" title={t('nodeScreen.software.cuda')}>
            {(facts) => <Cuda facts={facts} />}
          </ProbeSection>
          <ProbeSection probeId="nvidia-container-toolkit" title={t('nodeScreen.software.toolkit')}>
            {(facts) => (
              <KeyValueTable
                rows={[
                  { label: t('nodeScreen.software.version'), value: <Value value={facts.version} path="version" /> },
                  {
                    label: t('nodeScreen.software.cdiDevices'),
                    value: <Value value={facts.cdiDevices.join(', ')} path="cdiDevices" isClamped />,
                  },
                ]}
              />
            )}
          </ProbeSection>
        </div>
      </div>
      <ProbeSection probeId="docker" title={t('nodeScreen.software.docker')}>
        {(facts) => <Docker facts={facts} />}
      </ProbeSection>
    </>
  );
}

function Driver({ facts }: { facts: GpuDriverFacts }) {
  const { t } = useWords();
  const { results, infos } = useResults();
  const result = results.get('gpu');
  const gpu = factsOf('gpu', result);
  const fromNvidiaSmi = [
    { label: t('nodeScreen.software.driverVersion'), value: gpu?.driverVersion, path: 'driverVersion' },
    { label: t('nodeScreen.software.cudaVersion'), value: gpu?.cudaVersion, path: 'cudaVersion' },
  ];
  const parameters = Object.entries(facts.parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join('  ');
  return (
    <KeyValueTable
      rows={[
        ...fromNvidiaSmi.map(({ label, value, path }) => ({
          label,
          value: (
            <ValueSourceProvider value={result ? { result, info: infos.get('gpu') } : null}>
              <Value value={value} path={path} />
            </ValueSourceProvider>
          ),
        })),
        {
          label: t('nodeScreen.software.moduleVersion'),
          value: <Value value={facts.kernelModuleVersion} path="kernelModuleVersion" />,
        },
        {
          label: t('nodeScreen.software.openModule'),
          value: <Value value={facts.isOpenKernelModule} unit="flag" path="isOpenKernelModule" />,
        },
        { label: t('nodeScreen.software.compiler'), value: <Value value={facts.gccVersion} path="gccVersion" /> },
        {
          label: t('nodeScreen.software.modules'),
          value: <Value value={facts.loadedModules.join(', ')} path="loadedModules" />,
        },
        {
          label: t('nodeScreen.software.parameters'),
          value: <Value value={parameters} path="parameters" isMono isClamped />,
        },
      ]}
    />
  );
}

function Cuda({ facts }: { facts: CudaFacts }) {
  const { t } = useWords();
  return (
    <>
      <KeyValueTable
        rows={[{ label: t('nodeScreen.software.nvcc'), value: <Value value={facts.nvccVersion} path="nvccVersion" /> }]}
      />
      <FactTable
        label={t('nodeScreen.software.cuda')}
        rows={facts.toolkits}
        rowKey={(toolkit) => toolkit.path}
        empty={t('nodeScreen.software.noCuda')}
        columns={[
          {
            id: 'path',
            header: t('nodeScreen.software.path'),
            isWide: true,
            cell: (toolkit, index) => <Value value={toolkit.path} path={`toolkits.${index}.path`} />,
          },
          {
            id: 'version',
            header: t('nodeScreen.software.version'),
            cell: (toolkit, index) => <Value value={toolkit.version} path={`toolkits.${index}.version`} />,
          },
        ]}
      />
    </>
  );
}

function Docker({ facts }: { facts: DockerFacts }) {
  const { t } = useWords();
  const cgroup = [facts.cgroupDriver, facts.cgroupVersion && `v${facts.cgroupVersion}`].filter(Boolean).join(', ');
  return (
    <>
      <KeyValueTable
        columns={2}
        rows={[
          { label: t('nodeScreen.software.server'), value: <Value value={facts.serverVersion} path="serverVersion" /> },
          {
            label: t('nodeScreen.software.defaultRuntime'),
            value: <Value value={facts.defaultRuntime} path="defaultRuntime" />,
          },
          {
            label: t('nodeScreen.software.runtimes'),
            value: <Value value={facts.runtimes.join(', ')} path="runtimes" />,
          },
          { label: t('nodeScreen.software.cgroup'), value: <Value value={cgroup} path="cgroupDriver" /> },
          {
            label: t('nodeScreen.software.storageDriver'),
            value: <Value value={facts.storageDriver} path="storageDriver" />,
          },
          {
            label: t('nodeScreen.software.cdiFolders'),
            value: <Value value={facts.cdiSpecDirs.join(', ')} path="cdiSpecDirs" />,
          },
        ]}
      />
      <h3 className="dim" style={{ fontSize: '0.75rem', margin: '10px 0 4px' }}>
        {t('nodeScreen.software.containers')}
      </h3>
      <FactTable
        label={t('nodeScreen.software.containers')}
        rows={facts.containers}
        rowKey={(container) => container.id}
        empty={t('nodeScreen.software.noContainers')}
        columns={[
          {
            id: 'name',
            header: t('nodeScreen.software.container'),
            cell: (row, index) => <Value value={row.name} path={`containers.${index}.name`} />,
          },
          {
            id: 'image',
            header: t('nodeScreen.software.image'),
            cell: (row, index) => <Value value={row.image} path={`containers.${index}.image`} />,
          },
          {
            id: 'status',
            header: t('nodeScreen.software.status'),
            cell: (row, index) => <Value value={row.status} path={`containers.${index}.status`} />,
          },
          {
            id: 'command',
            header: t('nodeScreen.software.command'),
            isWide: true,
            cell: (row, index) => <Value value={row.command} path={`containers.${index}.command`} isMono />,
          },
        ]}
      />
    </>
  );
}
