import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, suite, test } from "node:test";
import { parse } from "yaml";

const UNIT = "deploy/systemd/signalbox.service";
/** Out of 10; systemd calls up to 2.0 "OK" in its own words. Times ten, as the option wants it. */
const MAX_EXPOSURE = 20;

let directory: string;

/** Why tests with the program are skipped; false when they run, or have to. */
function missing(program: string): string | false {
  if (process.env["REQUIRE_PEERS"] === "1") return false;
  const { error } = spawnSync(program, ["--version"], { stdio: "ignore" });
  return error === undefined ? false : `peer missing: ${program}`;
}

function assertAccepted(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  assert.equal(status, 0, `${program} ${args.join(" ")}:\n${stdout}${stderr}`);
  return stdout + stderr;
}

/** The unit as it would be installed, with this checkout in the place of /opt/signalbox. */
function installedUnit(change: (text: string) => string = (text) => text): string {
  const text = readFileSync(UNIT, "utf8").replaceAll("/opt/signalbox", process.cwd());
  const path = join(directory, "signalbox.service");
  writeFileSync(path, change(text));
  return path;
}

/** What systemd says of our unit; it may have to say something of the host's own, too. */
function complaints(unit: string): readonly string[] {
  const { stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", unit], {
    encoding: "utf8",
  });
  return stderr.split("\n").filter((line) => line.includes("signalbox"));
}

suite("what deploy/ holds", () => {
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "signalbox-deploy-"));
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  describe("the systemd unit", { skip: missing("systemd-analyze") }, () => {
    test("is understood, without a word of complaint", () => {
      assert.deepEqual(complaints(installedUnit()), []);
      const misspelt = installedUnit((text) => text.replace("KillMode=", "KilMode="));
      assert.match(complaints(misspelt).join("\n"), /KilMode/, "the check sees what is wrong");
    });

    test("confines what it runs", () => {
      const secure = ["security", "--offline=true", `--threshold=${MAX_EXPOSURE}`];
      assertAccepted("systemd-analyze", ...secure, installedUnit());
      const open = installedUnit((text) => text.replace(/^(?:Capability|SystemCall).*\n/gm, ""));
      const { status } = spawnSync("systemd-analyze", [...secure, open]);
      assert.notEqual(status, 0, "the check sees what is open");
    });

    test("leaves machines running, and lets QEMU work", () => {
      const unit = readFileSync(UNIT, "utf8");
      for (const line of [
        "KillMode=process",
        "OOMPolicy=continue",
        "DeviceAllow=/dev/kvm rw",
        "SupplementaryGroups=kvm",
      ]) {
        assert.ok(unit.split("\n").includes(line), line);
      }
      // V8 and QEMU's translator write code at run time; /proc/sys tells one boot from another.
      assert.doesNotMatch(unit, /^(?:MemoryDenyWriteExecute|PrivateDevices|ProcSubset)=/m);
    });

    test("has its user", () => {
      const root = join(directory, "root");
      mkdirSync(join(root, "etc"), { recursive: true });
      writeFileSync(join(root, "etc/group"), "kvm:x:104:\n");
      const folder = join(root, "usr/lib/sysusers.d");
      mkdirSync(folder, { recursive: true });
      copyFileSync("deploy/systemd/signalbox.sysusers.conf", join(folder, "signalbox.conf"));
      assertAccepted("systemd-sysusers", `--root=${root}`);
      assert.match(readFileSync(join(root, "etc/passwd"), "utf8"), /^signalbox:.*nologin$/m);
      assert.match(readFileSync(join(root, "etc/group"), "utf8"), /^kvm:.*:signalbox$/m);
    });

    test("its examples of options are options", () => {
      const file = readFileSync("deploy/systemd/signalbox.default", "utf8");
      const names = [...file.matchAll(/^#(SIGNALBOX_\w+)=/gm)].map(([, name]) => name);
      const reference = readFileSync("docs/configuration.md", "utf8");
      assert.ok(names.length > 3);
      for (const name of names) assert.ok(reference.includes(`\`${name}\``), name);
    });
  });

  describe("Prometheus' files", { skip: missing("promtool") }, () => {
    const folder = "deploy/prometheus";

    test("are accepted", () => {
      assertAccepted("promtool", "check", "config", join(folder, "prometheus.yml"));
      assertAccepted("promtool", "check", "rules", join(folder, "signalbox.rules.yml"));
    });

    test("alerts fire when they should, and only then", () => {
      assertAccepted("promtool", "test", "rules", join(folder, "signalbox.rules.test.yml"));
    });

    test("queries of the dashboard are PromQL", () => {
      const text = readFileSync("deploy/grafana/signalbox.json", "utf8");
      const rules = expressions(JSON.parse(text)).map((expr, at) => ({
        record: `dashboard:query${at}`,
        expr: expr.replaceAll("$__rate_interval", "5m").replaceAll("$instance", ".+"),
      }));
      assert.ok(rules.length > 50);
      const path = join(directory, "dashboard.yml");
      writeFileSync(path, JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
      assertAccepted("promtool", "check", "rules", path);
    });

    test("what the daemon is scraped for is what the rules ask for", () => {
      const { scrape_configs: jobs } = parse(
        readFileSync(join(folder, "prometheus.yml"), "utf8"),
      ) as { readonly scrape_configs: readonly { readonly job_name: string }[] };
      assert.deepEqual(
        jobs.map(({ job_name }) => job_name),
        ["signalbox"],
      );
    });
  });
});

function expressions(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "expr" in value && typeof value.expr === "string" ? [value.expr] : [];
  return [...own, ...Object.values(value).flatMap(expressions)];
}
