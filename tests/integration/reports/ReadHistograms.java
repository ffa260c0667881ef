// Reads a histogram log with the Java library that defines the format and tells what it found:
//   TAG COUNT MIN MAX P50 P90 P99 P99.9      one line for each histogram, values in nanoseconds
// With a tag as second argument it prints that histogram's percentile distribution in milliseconds.
import java.io.File;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;

public class ReadHistograms {
  public static void main(String[] arguments) throws Exception {
    HistogramLogReader reader = new HistogramLogReader(new File(arguments[0]));
    String wanted = arguments.length > 1 ? arguments[1] : null;
    for (EncodableHistogram next; (next = reader.nextIntervalHistogram()) != null; ) {
      Histogram histogram = (Histogram) next;
      if (wanted == null) {
        System.out.printf(
            "%s %d %d %d %d %d %d %d%n",
            histogram.getTag(), histogram.getTotalCount(), histogram.getMinValue(),
            histogram.getMaxValue(), histogram.getValueAtPercentile(50),
            histogram.getValueAtPercentile(90), histogram.getValueAtPercentile(99),
            histogram.getValueAtPercentile(99.9));
      } else if (wanted.equals(histogram.getTag())) {
        histogram.outputPercentileDistribution(System.out, 5, 1e6);
      }
    }
  }
}
