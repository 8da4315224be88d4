// Comments on a pull request once, and edits that comment from then on: node comment.mjs REPORT.md
// Needs GITHUB_REPOSITORY, GH_TOKEN, and PULL, the number of the pull request.
import { existsSync, readFileSync } from 'node:fs';

const mark = '<!-- pedalbench -->';
/** GitHub takes 65,536 characters. */
const most = 65_000;
const {
  GITHUB_API_URL: api = 'https://api.github.com',
  GITHUB_REPOSITORY,
  GH_TOKEN,
  PULL,
} = process.env;

const call = async (method, path, body) => {
  const response = await fetch(`${api}/repos/${GITHUB_REPOSITORY}/issues/${path}`, {
    method,
    headers: { authorization: `Bearer ${GH_TOKEN}`, accept: 'application/vnd.github+json' },
    ...(body === undefined ? {} : { body: JSON.stringify({ body }) }),
  });
  if (!response.ok)
    throw new Error(`${method} issues/${path} was answered with ${response.status}`);
  return response.json();
};

const ownComment = async (page = 1) => {
  const comments = await call('GET', `${PULL}/comments?per_page=100&page=${page}`);
  const own = comments.find(({ body }) => body?.startsWith(mark));
  return own ?? (comments.length < 100 ? undefined : ownComment(page + 1));
};

const [report] = process.argv.slice(2);
try {
  // Without a report the check has said why.
  if (existsSync(report)) {
    const body = `${mark}\n${readFileSync(report, 'utf8')}`.slice(0, most);
    const own = await ownComment();
    await (own
      ? call('PATCH', `comments/${own.id}`, body)
      : call('POST', `${PULL}/comments`, body));
  }
} catch (error) {
  // The budgets decide whether the job is red: a pull request from a fork may not comment.
  console.log(
    `::warning::No comment on the pull request: ${error.message}. Give the job 'permissions: pull-requests: write'.`,
  );
}
