import { unlogged } from '../sandbox/faultSteps';
import type { Sandbox } from '../sandbox/sandbox';
import { text } from '../sandbox/statements';

/** What a person does by hand to a table of s1-replica, so that it is as on its source. */

const source = 's1-primary';
const replica = 's1-replica';

const value = (given: unknown): string =>
  given === null ? 'NULL' : text(typeof given === 'string' ? given : JSON.stringify(given));

async function definitionOf(sandbox: Sandbox, name: string, table: string): Promise<string> {
  const [row] = await sandbox.query(name, `SHOW CREATE TABLE ${table}`);
  return String(row?.['Create Table']);
}

async function copyRows(sandbox: Sandbox, table: string, where: string): Promise<string[]> {
  const rows = await sandbox.query(source, `SELECT * FROM ${table} WHERE ${where}`);
  return rows.map((row) => `INSERT INTO ${table} VALUES (${Object.values(row).map(value).join(', ')})`);
}

/** Creates a table as the source has it, and loads the source's rows `where`; nothing of it is logged. */
export async function copyTable(sandbox: Sandbox, table: string, where: string): Promise<void> {
  const schema = table.slice(0, table.indexOf('.'));
  const definition = await definitionOf(sandbox, source, table);
  await sandbox.query(replica, unlogged(`USE ${schema}`, definition, ...(await copyRows(sandbox, table, where))));
}

/** Gives every column of a table that differs the source's definition; not logged. */
export async function matchColumns(sandbox: Sandbox, table: string): Promise<void> {
  const columnsOf = async (name: string) =>
    (await definitionOf(sandbox, name, table))
      .split('\n')
      .map((line) => line.trim().replace(/,$/, ''))
      .filter((line) => line.startsWith('`'));
  const here = new Set(await columnsOf(replica));
  const different = (await columnsOf(source)).filter((column) => !here.has(column));
  await sandbox.query(replica, unlogged(...different.map((column) => `ALTER TABLE ${table} MODIFY ${column}`)));
}

/** Inserts one row as the source has it; not logged. */
export async function copyParentRow(sandbox: Sandbox, table: string, id: number): Promise<void> {
  await sandbox.query(replica, unlogged(...(await copyRows(sandbox, table, `id = ${id}`))));
}
