from ansible.plugins.strategy.linear import StrategyModule as Linear


class StrategyModule(Linear):
    def cleanup(self):
        super().cleanup()
