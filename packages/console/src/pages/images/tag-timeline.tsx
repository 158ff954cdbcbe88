import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import { type MouseEvent, useState } from 'react';
import { type RepositoryPlace, type TagSpan, useTagHistory } from '../../api/images.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { navigate, useFollow } from '../../ui/location.tsx';
import { useWidth } from '../../ui/use-width.ts';
import { DEFAULT_IMAGES, formatImages } from './images-state.ts';
import { type Stretch, shortDigest, type TagLanes, tagLanes } from './tag-lanes.ts';

const MOST = 100;
const SHOWN = 8;
/** Pixels below which nobody could hit it; the table has the link then. */
const TARGET = 24;
/** The part of the width that lanes have at least, beside the names of tags. */
const NARROWEST = 0.75;

/** Which digest a tag meant when: a lane for each tag, the same colour for the same digest, and the same as a table. */
export function TagTimeline({ at, digest }: { at: RepositoryPlace; digest: string }) {
  const { t } = useI18n();
  const { now } = useEnvironment();
  const query = useTagHistory({ ...at, maxResults: MOST });
  const history = query.data?.history ?? [];
  if (query.isError) return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending || history.length === 0) return null;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={t(query.data.nextToken === undefined ? 'images.historyText' : 'images.historyCut', { count: history.length })}
        >
          {t('images.history')}
        </Header>
      }
    >
      <figure className="assay-chart" aria-label={t('images.history')}>
        <Lanes drawn={tagLanes(history, now() / 1000)} at={at} digest={digest} />
        <HistoryTable history={history} at={at} />
      </figure>
    </Container>
  );
}

function Lanes({ drawn, at, digest }: { drawn: TagLanes; at: RepositoryPlace; digest: string }) {
  const { t, format } = useI18n();
  const [all, setAll] = useState(false);
  const [list, width] = useWidth<HTMLUListElement>();
  const { from, to, lanes } = drawn;
  const shown = all ? lanes : lanes.slice(0, SHOWN);
  return (
    <>
      <ul className="assay-lanes" ref={list}>
        {shown.map(({ tag, stretches }) => (
          <li key={tag}>
            <span className="assay-lane-name" title={tag}>
              {tag}
            </span>
            <span className="assay-lane">
              {stretches.map((stretch) => (
                <Bar
                  key={stretch.span.since}
                  stretch={stretch}
                  at={at}
                  chosen={stretch.span.digest === digest}
                  isLink={stretch.length * width * NARROWEST >= TARGET}
                />
              ))}
            </span>
          </li>
        ))}
      </ul>
      <div className="assay-lanes-axis" aria-hidden="true">
        <span>{format.date(from)}</span>
        <span>{format.date((from + to) / 2)}</span>
        <span>{format.date(to)}</span>
      </div>
      {lanes.length > SHOWN && (
        <div>
          <Button variant="inline-link" onClick={() => setAll(!all)}>
            {all ? t('images.fewerTags') : t('images.allTags', { count: lanes.length })}
          </Button>
        </div>
      )}
    </>
  );
}

interface BarProps {
  readonly stretch: Stretch;
  readonly at: RepositoryPlace;
  readonly chosen: boolean;
  readonly isLink: boolean;
}
function Bar({ stretch, at, chosen, isLink }: BarProps) {
  const { t, format } = useI18n();
  const { span, start, length, colour } = stretch;
  const { tag, digest, since, until } = span;
  const dates = { tag, digest: shortDigest(digest), since: format.date(since) };
  const words = until === undefined ? t('images.stretchNow', dates) : t('images.stretch', { ...dates, until: format.date(until) });
  const drawn = {
    className: 'assay-stretch',
    title: words,
    'data-colour': colour,
    'data-now': until === undefined || undefined,
    style: { insetInlineStart: `${start * 100}%`, inlineSize: `${length * 100}%` },
  };
  if (!isLink) return <span {...drawn} data-chosen={chosen || undefined} aria-hidden="true" />;
  return (
    <a
      {...drawn}
      href={`/images${formatImages({ ...DEFAULT_IMAGES, at, digest: chosen ? '' : digest })}`}
      onClick={inPlace}
      aria-label={words}
      aria-current={chosen || undefined}
    >
      {hexOf(digest)}
    </a>
  );
}

function hexOf(digest: string): string {
  const short = shortDigest(digest);
  return short.slice(short.indexOf(':') + 1);
}

function inPlace(event: MouseEvent<HTMLAnchorElement>) {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  navigate(`${event.currentTarget.pathname}${event.currentTarget.search}`);
}

function HistoryTable({ history, at }: { history: readonly TagSpan[]; at: RepositoryPlace }) {
  const { t, format } = useI18n();
  const follow = useFollow();
  return (
    <details>
      <summary>{t('overview.asTable')}</summary>
      <table className="assay-plain">
        <thead>
          <tr>
            {(['field.imageTag', 'field.imageDigest', 'images.since', 'images.until'] as const).map((key) => (
              <th key={key} scope="col">
                {t(key)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {history.map(({ tag, digest, since, until }) => (
            <tr key={`${tag} ${since}`}>
              <th scope="row">{tag}</th>
              <td>
                <Link href={`/images${formatImages({ ...DEFAULT_IMAGES, at, digest })}`} onFollow={follow}>
                  <code className="assay-code" title={digest}>
                    {shortDigest(digest)}
                  </code>
                </Link>
              </td>
              <td>{format.dateTime(since)}</td>
              <td>{until === undefined ? t('images.now') : format.dateTime(until)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
