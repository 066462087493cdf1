import { type Finding } from '../../core/findings/finding';
import { redact } from '../../core/redact';

/** Evidence quotes the server, and a quoted statement may hold a password. */
export function redactFinding(finding: Finding): Finding {
  return {
    ...finding,
    title: redact(finding.title),
    evidence: finding.evidence.map((each) => ({ ...each, measured: redact(each.measured) })),
  };
}
