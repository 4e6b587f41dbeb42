# SPDX-License-Identifier: Apache-2.0
# Each target is a script of the same name; `make run ARGS="--speed 60"` passes options on.
.PHONY: run test bench soak check planted

run:
	@scripts/run $(ARGS)

test:
	@scripts/test

bench:
	@scripts/bench $(if $(JSON),--json $(JSON)) $(ARGS)

# The night's run: much more of every part of the black box.
soak:
	@scripts/soak $(ARGS)

check:
	@scripts/check

# Whether the tests can see: plants known bugs in a copy, one after another.
planted:
	@Tests/Planted/run $(ARGS)
