import type { Row } from '../../../src/core/replication/reading';

/**
 * Backups of a real server, as its metadata table had them (public: Phabricator T234826). The dump of analytics_meta
 * of 29 September is 64.94 % larger than the one before, and nobody remarked on it.
 */
export const analyticsBackups: readonly {
  readonly id: number;
  readonly name: string;
  readonly ended: string;
  readonly bytes: number;
}[] = [
  { id: 8347, name: 'dump.analytics_meta.2020-10-20--02-08-31', ended: '2020-10-20 02:10:10', bytes: 1902085735 },
  { id: 8346, name: 'dump.matomo.2020-10-20--02-08-16', ended: '2020-10-20 02:08:31', bytes: 257155353 },
  { id: 8244, name: 'dump.analytics_meta.2020-10-13--02-08-23', ended: '2020-10-13 02:10:02', bytes: 1923935772 },
  { id: 8243, name: 'dump.matomo.2020-10-13--02-08-08', ended: '2020-10-13 02:08:23', bytes: 254349238 },
  { id: 8135, name: 'dump.analytics_meta.2020-10-06--02-08-27', ended: '2020-10-06 02:10:11', bytes: 1955733786 },
  { id: 8134, name: 'dump.matomo.2020-10-06--02-08-12', ended: '2020-10-06 02:08:27', bytes: 247783361 },
  { id: 8029, name: 'dump.analytics_meta.2020-09-29--02-07-47', ended: '2020-09-29 02:09:27', bytes: 1933654247 },
  { id: 8028, name: 'dump.matomo.2020-09-29--02-07-32', ended: '2020-09-29 02:07:47', bytes: 251649181 },
  { id: 7904, name: 'dump.analytics_meta.2020-09-22--02-08-26', ended: '2020-09-22 02:09:33', bytes: 1172324325 },
  { id: 7903, name: 'dump.matomo.2020-09-22--02-08-12', ended: '2020-09-22 02:08:26', bytes: 243380912 },
  { id: 7789, name: 'dump.analytics_meta.2020-09-15--01-13-59', ended: '2020-09-15 01:14:58', bytes: 1147047998 },
  { id: 7788, name: 'dump.matomo.2020-09-15--01-13-45', ended: '2020-09-15 01:13:59', bytes: 237464288 },
  { id: 7686, name: 'dump.analytics_meta.2020-09-08--02-15-57', ended: '2020-09-08 02:16:58', bytes: 1145772141 },
  { id: 7685, name: 'dump.matomo.2020-09-08--02-15-43', ended: '2020-09-08 02:15:57', bytes: 232434960 },
  { id: 7560, name: 'dump.analytics_meta.2020-09-01--02-07-39', ended: '2020-09-01 02:08:37', bytes: 1103338608 },
  { id: 7559, name: 'dump.matomo.2020-09-01--02-07-25', ended: '2020-09-01 02:07:39', bytes: 242438080 },
  { id: 7460, name: 'dump.analytics_meta.2020-08-25--15-56-09', ended: '2020-08-25 15:57:12', bytes: 1102649799 },
  { id: 7459, name: 'dump.matomo.2020-08-25--15-55-55', ended: '2020-08-25 15:56:09', bytes: 240587129 },
];

export const sectionOf = (name: string): string => name.split('.')[1] ?? '';
/** `dump.s1.2020-10-20--02-08-31` was begun at 02:08:31. */
export const startOf = (name: string): string =>
  name.replace(/^.*\.(\d{4}-\d\d-\d\d)--(\d\d)-(\d\d)-(\d\d)$/, '$1 $2:$3:$4');
const seconds = (text: string): string => String(Date.parse(`${text.replace(' ', 'T')}Z`) / 1000);

/** As the adapter brings them, newest first, read at `now`. */
export function analyticsRows(section: string, now = '2020-10-21 08:00:00'): readonly Row[] {
  return analyticsBackups
    .filter(({ name }) => sectionOf(name) === section)
    .map(({ id, name, ended, bytes }) => ({
      id: String(id),
      name,
      status: 'finished',
      source: 'db1108.eqiad.wmnet:3352',
      host: 'dbprov1002.eqiad.wmnet',
      type: 'dump',
      section,
      started: seconds(startOf(name)),
      ended: seconds(ended),
      bytes: String(bytes),
      now_epoch: seconds(now),
    }));
}
