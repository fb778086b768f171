"""AdamW along a cosine for a network, and the mean of its weights over the steps, which is what is kept."""

import math

import keras
import tensorflow as tf


class AveragingOptimizer:
    """Changes a network's weights by AdamW, and keeps their exponential moving average."""

    def __init__(
        self, model: keras.Model, peak: float, *, weight_decay: float, clipnorm: float, momentum: float
    ) -> None:
        """Optimise `model` at a rate of `peak` at most; `momentum` is the decay a step of the average."""
        self._model, self._peak = model, peak
        self._optimizer = keras.optimizers.AdamW(
            peak,
            weight_decay=weight_decay,
            global_clipnorm=clipnorm,
            use_ema=True,
            ema_momentum=momentum,
            ema_overwrite_frequency=None,
        )
        self._optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
        self._optimizer.build(model.trainable_variables)

    @property
    def steps(self) -> int:
        """How many steps were made."""
        return int(self._optimizer.iterations.numpy())

    def set_rate(self, progress: float, *, warmup_steps: int, last_rate: float) -> None:
        """The rate of the next step, at `progress` (0..1) of the run.

        It climbs for `warmup_steps` and falls along a cosine to the share `last_rate` of its peak.
        """
        fallen = last_rate + (1 - last_rate) * 0.5 * (1 + math.cos(math.pi * progress))
        self._optimizer.learning_rate.assign(self._peak * fallen * min(1.0, (self.steps + 1) / warmup_steps))

    def apply(self, loss: tf.Tensor, tape: tf.GradientTape) -> None:
        """Make a step that lowers the scalar `loss`, which `tape` has watched."""
        variables = self._model.trainable_variables
        self._optimizer.apply(tape.gradient(loss, [variable.value for variable in variables]), variables)

    def averaged(self, network: keras.Model) -> keras.Model:
        """`network`, an untrained one of the same kind, with the mean of the weights; learning goes on."""
        current = self._model.get_weights()
        self._optimizer.finalize_variable_values(self._model.trainable_variables)
        network.set_weights(self._model.get_weights())
        self._model.set_weights(current)
        return network

    @property
    def state(self) -> list[keras.Variable]:
        """All that learning changes."""
        return [*self._model.variables, *self._optimizer.variables]
