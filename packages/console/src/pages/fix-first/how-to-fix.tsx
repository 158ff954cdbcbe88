import Link from '@cloudscape-design/components/link';
import type { FixPackage, Upgrade } from '../../api/fix-first.ts';
import { useCoverage } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { CommandLine } from '../../ui/command-line.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { useFollow } from '../../ui/location.tsx';
import { Places } from '../images/where-it-runs.tsx';
import { fromLine, rebuildCommand, upgradeCommand } from './commands.ts';
import { isRepository, placeName } from './links.ts';

/** Images of one repository that are looked up, and places of one upgrade that are named. */
const MOST = 5;

export interface Fix {
  readonly title: string;
  /** Absent for a vulnerability, which several packages may have. */
  readonly package?: FixPackage | undefined;
  readonly baseImage?: Upgrade['baseImage'] | undefined;
  /** Names under which it is installed. */
  readonly installed: readonly string[];
  readonly places: readonly string[];
  /** What people call them, in the same order. */
  readonly placeNames: readonly string[];
  readonly running: boolean;
  /** The findings that it is about. */
  readonly href: string;
}

/** What a person would do next: the commands, where it runs now, and the findings that end. */
export function HowToFix({ fix, onClose }: { fix: Fix; onClose: () => void }) {
  const { t } = useI18n();
  const follow = useFollow();
  const { title, package: pkg, baseImage, installed, places, placeNames, running, href } = fix;
  const upgrade = pkg === undefined ? undefined : upgradeCommand(pkg, installed);
  const from = fromLine(baseImage?.place, baseImage?.newerImageArn);
  const repositories = places.filter(isRepository);
  return (
    <Dialog title={title} wide onClose={onClose}>
      <ol className="assay-how">
        {upgrade !== undefined && (
          <li>
            {t(repositories.length > 0 ? 'fixFirst.howUpgrade' : 'fixFirst.howUpgradeHost')}
            <CommandLine command={upgrade} />
          </li>
        )}
        {baseImage !== undefined && (
          <li>
            {t(from === undefined ? 'fixFirst.howBase' : 'fixFirst.howBaseLine')}
            {from !== undefined && <CommandLine command={from} />}
          </li>
        )}
        {repositories.length > 0 && (
          <li>
            {t('fixFirst.howRebuild')}
            {repositories.slice(0, MOST).map((place) => {
              const command = rebuildCommand(place);
              return command !== undefined && <CommandLine key={place} command={command} />;
            })}
            {repositories.length > MOST && t('findings.morePackages', { count: repositories.length - MOST })}
          </li>
        )}
        <li>
          {t('fixFirst.howEnd')}{' '}
          <Link href={href} onFollow={follow}>
            {t('clusters.showFindings')}
          </Link>
        </li>
      </ol>
      {running && repositories.length === 1 && <Runs place={repositories[0] as string} />}
      {places.length > 1 && <Everywhere places={places} names={placeNames.map(placeName)} />}
    </Dialog>
  );
}

function Everywhere({ places, names }: { places: readonly string[]; names: readonly string[] }) {
  const { t } = useI18n();
  return (
    <section className="assay-section">
      <h3>{t('fixFirst.places', { count: places.length })}</h3>
      <ul className="assay-lines">
        {places.map((place, at) => (
          <li key={place}>{names[at]}</li>
        ))}
      </ul>
    </section>
  );
}

/** Clusters and workloads that run images of a repository now. */
function Runs({ place }: { place: string }) {
  const { t } = useI18n();
  const repository = place.slice(place.indexOf('/') + 1);
  const query = useCoverage({
    filterCriteria: {
      ecrRepositoryName: [{ comparison: 'EQUALS', value: repository }],
      ecrImageInUseCount: [{ lowerInclusive: 1 }],
    },
    maxResults: MOST,
  });
  const arns = (query.data?.coveredResources ?? []).flatMap(({ resourceId }) => resourceId ?? []);
  return (
    <section className="assay-section">
      <h3>{t('fixFirst.howRuns')}</h3>
      <LoadError error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && t('app.loading')}
      {arns
        .filter((arn) => arn.includes(`/${repository}/`))
        .map((arn) => (
          <Places key={arn} resourceArn={arn} />
        ))}
    </section>
  );
}
