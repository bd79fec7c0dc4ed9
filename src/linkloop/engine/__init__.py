"""The loop, the gate, rules, the council and replay."""
