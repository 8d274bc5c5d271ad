import { useWords } from '../../../app/i18n';
import classes from '../node.module.css';
import { ProbeSection } from '../probe-section';
import { ErrorCounters } from './error-counters';
import { Machine } from './machine';
import { Memory } from './memory';
import { MemoryModules } from './memory-modules';
import { Numa } from './numa';
import { OperatingSystem } from './operating-system';
import { Processor } from './processor';
import { Security } from './security';

/** The machine itself: firmware, processors, memory and what guards them. */
export function SystemTab() {
  const { t } = useWords();
  return (
    <>
      <div className={classes.columns}>
        <div className={classes.column}>
          <ProbeSection probeId="os" title={t('nodeScreen.system.title')}>
            {(facts) => <OperatingSystem facts={facts} />}
          </ProbeSection>
          <ProbeSection probeId="machine" title={t('systemTab.machine.title')}>
            {(facts) => <Machine facts={facts} />}
          </ProbeSection>
          <ProbeSection probeId="numa" title={t('nodeScreen.numa.title')}>
            {(facts) => <Numa facts={facts} />}
          </ProbeSection>
        </div>
        <div className={classes.column}>
          <ProbeSection probeId="cpu" title={t('nodeScreen.cpu.title')}>
            {(facts) => <Processor facts={facts} />}
          </ProbeSection>
          <ProbeSection probeId="memory" title={t('nodeScreen.memory.title')}>
            {(facts) => <Memory facts={facts} />}
          </ProbeSection>
          <ProbeSection probeId="platform-security" title={t('systemTab.security.title')}>
            {(facts) => <Security facts={facts} />}
          </ProbeSection>
        </div>
      </div>
      <ProbeSection probeId="memory-modules" title={t('systemTab.modules.title')}>
        {(facts) => <MemoryModules facts={facts} />}
      </ProbeSection>
      <ProbeSection probeId="edac" title={t('systemTab.edac.title')}>
        {(facts) => <ErrorCounters facts={facts} />}
      </ProbeSection>
    </>
  );
}
