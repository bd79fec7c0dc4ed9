.DEFAULT_GOAL := help
.PHONY: help run test slow browser lint fmt types bench lock clean

help: ## this list · 本列表
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  ARGS='…' passes arguments on · 用 ARGS 传递参数，例如 make run ARGS='--help'"

run: ## set up once, then start Linkloop · 安装（首次）并启动
	@scripts/setup.sh base
	@exec .venv/bin/linkloop up $(ARGS)

test: ## lint, types, floors and all tests but slow ones and the browser's · 全部检查与测试（慢测试与浏览器测试除外）
	@scripts/setup.sh dev
	@scripts/check.sh all $(ARGS)

slow: ## tests that take a minute each: kill -9, fuzzing, many seeds · 慢测试
	@scripts/setup.sh dev
	@scripts/check.sh slow $(ARGS)

browser: ## the console in a real browser: every page, journeys, pictures · 在真实浏览器中测试控制台
	@scripts/setup.sh dev
	@scripts/check.sh browser $(ARGS)

lint: ## lint, format and import rules only · 代码规范与分层检查
	@scripts/setup.sh dev
	@scripts/check.sh lint
	@scripts/check.sh fmt
	@scripts/check.sh floors

fmt: ## format and fix what can be fixed · 自动格式化
	@scripts/setup.sh dev
	@.venv/bin/ruff check --fix-only --quiet .
	@.venv/bin/ruff format .

types: ## type check · 类型检查
	@scripts/setup.sh dev
	@scripts/check.sh types

bench: ## every number that we publish, beside its peers · 基准测试
	@scripts/setup.sh dev
	@exec .venv/bin/python -m bench $(ARGS)

lock: ## write the lock files anew (ARGS=--upgrade) · 更新依赖锁定文件
	@scripts/setup.sh dev
	@scripts/lock.sh $(ARGS)

clean: ## remove the environment and caches; data/ stays · 清理环境与缓存（保留 data/）
	rm -rf .venv .stamp dist build console/node_modules src/linkloop/faces/console/built .pytest_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis
	find src tests bench scripts examples -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
