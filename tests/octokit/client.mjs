// Does GitHub's own client work against the sandbox?
//
// Reads {baseUrl, appId, privateKey, userToken, owner, repo} as JSON from standard input, works
// through what a GitHub App does in a day, and prints what it found as one line of JSON.
// test_octokit.py says what must have been found.

import { text } from "node:stream/consumers";
import { App, Octokit, RequestError } from "octokit";

const COMMENTS = 5;
const PER_PAGE = 2; // so that five comments take three pages

const given = JSON.parse(await text(process.stdin));
const repository = { owner: given.owner, repo: given.repo };

// Without the plugins that wait and try again: a fault of the sandbox has to show.
const Client = Octokit.defaults({
  baseUrl: given.baseUrl,
  throttle: { enabled: false },
  retry: { enabled: false },
  log: { debug() {}, info() {}, warn: console.error, error() {} },
});

async function asApp(app) {
  const installations = [];
  const repositories = [];
  for await (const { installation } of app.eachInstallation.iterator()) {
    installations.push(installation);
  }
  for await (const { repository } of app.eachRepository.iterator()) {
    repositories.push(repository.full_name);
  }
  const { data: itself } = await app.octokit.rest.apps.getAuthenticated();
  const { data: here } = await app.octokit.rest.apps.getRepoInstallation(repository);
  return { itself, installations, repositories, here };
}

async function openIssue(user) {
  const { data } = await user.rest.issues.create({
    ...repository,
    title: "Sparse solver",
    body: "Opened by Octokit.",
  });
  return data;
}

async function comments(octokit, issue) {
  const on = { ...repository, issue_number: issue.number };
  const created = [];
  for (let n = 1; n <= COMMENTS; n += 1) {
    const { data } = await octokit.rest.issues.createComment({ ...on, body: `Comment ${n}` });
    created.push(data);
  }
  const first = { ...repository, comment_id: created[0].id };
  const { data: edited } = await octokit.rest.issues.updateComment({ ...first, body: "Edited" });
  const { data: read } = await octokit.rest.issues.getComment(first);
  await octokit.rest.issues.deleteComment({ ...repository, comment_id: created[4].id });
  return { created, edited, read, ...(await paged(octokit, on)) };
}

async function paged(octokit, on) {
  const pages = [];
  const asked = { ...on, per_page: PER_PAGE };
  for await (const { data } of octokit.paginate.iterator(octokit.rest.issues.listComments, asked)) {
    pages.push(data.map((comment) => comment.body));
  }
  return { pages };
}

async function reactions(octokit, comment) {
  const to = { ...repository, comment_id: comment.id };
  const first = await octokit.rest.reactions.createForIssueComment({ ...to, content: "+1" });
  const again = await octokit.rest.reactions.createForIssueComment({ ...to, content: "+1" });
  const listed = await octokit.rest.reactions.listForIssueComment(to);
  await octokit.rest.reactions.deleteForIssueComment({ ...to, reaction_id: first.data.id });
  const left = await octokit.rest.reactions.listForIssueComment(to);
  const counts = { listed: listed.data.length, left: left.data.length };
  return { first: brief(first), again: brief(again), ...counts };
}

const brief = ({ status, data }) => ({ status, id: data.id, content: data.content });

async function labels(user, issue) {
  const on = { ...repository, issue_number: issue.number };
  const { data: added } = await user.rest.issues.addLabels({ ...on, labels: ["roadmap"] });
  const { data: removed } = await user.rest.issues.removeLabel({ ...on, name: "roadmap" });
  return { added: added.map((label) => label.name), removed: removed.map((label) => label.name) };
}

async function checkRuns(octokit) {
  const { data: known } = await octokit.rest.repos.get(repository);
  const branch = { ...repository, ref: known.default_branch };
  const { data: head } = await octokit.rest.repos.getCommit(branch);
  const output = { title: "Funding disclosure", summary: "Under CWO #57." };
  const { data: created } = await octokit.rest.checks.create({
    ...repository,
    name: "Funding disclosure",
    head_sha: head.sha,
    external_id: "octokit-1",
    status: "in_progress",
  });
  const { data: updated } = await octokit.rest.checks.update({
    ...repository,
    check_run_id: created.id,
    status: "completed",
    conclusion: "neutral",
    output,
  });
  const listed = await octokit.paginate(octokit.rest.checks.listForRef, branch);
  return { head: head.sha, created, updated, listed: listed.map((run) => run.external_id) };
}

async function contents(octokit) {
  const { data: folder } = await octokit.rest.repos.getContent({ ...repository, path: "" });
  const { data: file } = await octokit.rest.repos.getContent({ ...repository, path: "README.md" });
  return {
    names: folder.map((entry) => entry.name),
    readme: Buffer.from(file.content, file.encoding).toString("utf8"),
  };
}

async function permission(octokit, username) {
  const asked = { ...repository, username };
  const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel(asked);
  return { permission: data.permission, role_name: data.role_name, id: data.user.id };
}

async function statusOf(promise) {
  try {
    return (await promise).status;
  } catch (error) {
    if (error instanceof RequestError) return error.status;
    throw error;
  }
}

async function refusals(octokit, issue) {
  const on = { ...repository, issue_number: issue.number };
  const stranger = new Client({ auth: "ghs_thisTokenWasNeverIssued" });
  const { headers } = await octokit.rest.issues.get(on);
  const unchanged = { ...on, headers: { "if-none-match": headers.etag } };
  return {
    missing: await statusOf(octokit.rest.issues.get({ ...on, issue_number: 999_999 })),
    unknownToken: await statusOf(stranger.rest.issues.get(on)),
    tooLong: await statusOf(octokit.rest.issues.createComment({ ...on, body: "x".repeat(65_537) })),
    unchanged: await statusOf(octokit.rest.issues.get(unchanged)),
  };
}

async function work() {
  const app = new App({ appId: given.appId, privateKey: given.privateKey, Octokit: Client });
  const known = await asApp(app);
  const octokit = await app.getInstallationOctokit(known.here.id);
  const user = new Client({ auth: given.userToken });
  const { data: me } = await user.rest.users.getAuthenticated();
  const issue = await openIssue(user);
  const said = await comments(octokit, issue);
  return {
    ...known,
    me: me.login,
    issue,
    comments: said,
    reactions: await reactions(octokit, said.created[0]),
    labels: await labels(user, issue),
    checkRuns: await checkRuns(octokit),
    contents: await contents(octokit),
    permission: await permission(octokit, me.login),
    refusals: await refusals(octokit, issue),
  };
}

console.log(JSON.stringify(await work()));
